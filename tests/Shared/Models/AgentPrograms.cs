namespace OpenSre.Tests;

/// <summary>
/// The real agent programs, from npm: in the folder <c>OPENSRE_AGENT_PROGRAMS</c> names, or in <c>artifacts/agents</c> of the
/// checkout, where <c>.ci/run</c> installs them.
/// </summary>
internal static class AgentPrograms
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("OPENSRE_AGENT_PROGRAMS") is { Length: > 0 } named ? named : RepositoryRoot.File("artifacts", "agents");

    public static string Claude { get; } = Native("@anthropic-ai/claude-code-linux-x64/claude");

    public static string Codex { get; } = Native("@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex");

    /// <summary>An agent of the Agent Client Protocol; a program of node.</summary>
    public static string Qwen { get; } = Native("@qwen-code/qwen-code/cli.js");

    /// <summary>A program of node.</summary>
    public static string Gemini { get; } = Native("@google/gemini-cli/bundle/gemini.js");

    public static string OpenCode { get; } = Native("opencode-linux-x64/bin/opencode");

    /// <summary>Qwen tells its model of tools from outside only when asked for one; the reply that asks, null where that is not needed.</summary>
    public static ModelReply? Finding(ModelRequest request, string tool) =>
        request.Tools.Contains("tool_search") && request.Results.Count == 0 && !request.Tools.Any(t => t.EndsWith(tool, StringComparison.Ordinal))
            ? new ModelReply(new Call("tool_search", $$"""{"query":"select:mcp__opensre__{{tool}}"}"""))
            : null;

    /// <summary>Answers of tools without that of the search.</summary>
    public static IReadOnlyList<string> ResultsOf(ModelRequest request) => request.Tools.Contains("tool_search") ? [.. request.Results.Skip(1)] : request.Results;

    /// <summary>Hands standard input and output on to the socket whose path follows.</summary>
    public static IReadOnlyList<string> Bridge { get; } = ["node", "-e", "const s=require('net').connect(process.argv[1]);process.stdin.pipe(s);s.pipe(process.stdout)"];

    /// <summary>Skips the test, by name, where the program is not installed.</summary>
    public static void Need(string program, string package) =>
        Assert.SkipUnless(File.Exists(program), $"{package} is not installed: npm i --prefix artifacts/agents {package}");

    /// <summary>A script that starts a program with a home of its own and the stand-in as its provider.</summary>
    public static string Wrapper(string folder, string program, params (string Name, string Value)[] environment)
    {
        var path = Path.Combine(folder, "start");
        File.WriteAllText(path, "#!/bin/sh\n" + string.Concat(environment.Select(e => $"export {e.Name}='{e.Value}'\n")) + $"exec '{program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    public static string ClaudeStart(string folder, ModelApi api) => Wrapper(folder, Claude, ("HOME", folder), ("ANTHROPIC_BASE_URL", api.Url.AbsoluteUri.TrimEnd('/')), ("ANTHROPIC_API_KEY", "test-key"), ("CLAUDE_CODE_MAX_RETRIES", "1"));

    public static string QwenStart(string folder, ModelApi api) =>
        ByNode(Wrapper(folder, Qwen, ("HOME", folder), ("OPENAI_BASE_URL", $"{api.Url}v1"), ("OPENAI_API_KEY", "test-key"), ("OPENAI_MODEL", "scripted")));

    public static string GeminiStart(string folder, ModelApi api)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, ".gemini")).FullName;
        File.WriteAllText(Path.Combine(home, "settings.json"), """
            {"security":{"auth":{"selectedType":"gemini-api-key"},"folderTrust":{"enabled":false}},"privacy":{"usageStatisticsEnabled":false},"general":{"enableAutoUpdate":false}}
            """);
        return ByNode(Wrapper(folder, Gemini, ("HOME", folder), ("GEMINI_API_KEY", "test-key"), ("GOOGLE_GEMINI_BASE_URL", api.Url.AbsoluteUri.TrimEnd('/')), ("GEMINI_CLI_NO_RELAUNCH", "true")));
    }

    public static string OpenCodeStart(string folder, ModelApi api)
    {
        var settings = Path.Combine(folder, "opencode-settings.json");
        File.WriteAllText(settings, $$$$"""
            {"autoupdate":false,"share":"disabled","model":"fake/scripted","small_model":"fake/scripted","permission":"allow",
             "provider":{"fake":{"npm":"@ai-sdk/openai-compatible","name":"Fake","options":{"baseURL":"{{{{api.Url}}}}v1","apiKey":"test-key"},"models":{"scripted":{"name":"scripted"} } } } }
            """);
        return Wrapper(folder, OpenCode, ("HOME", folder), ("OPENCODE_CONFIG", settings), ("OPENCODE_DISABLE_MODELS_FETCH", "1"), ("OPENCODE_DISABLE_AUTOUPDATE", "1"), ("OPENCODE_DISABLE_LSP_DOWNLOAD", "1"), ("OPENCODE_DISABLE_DEFAULT_PLUGINS", "1"));
    }

    private static string ByNode(string start)
    {
        File.WriteAllText(start, File.ReadAllText(start).Replace("exec '", "exec node '", StringComparison.Ordinal));
        return start;
    }

    public static string CodexStart(string folder, ModelApi api)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, "codex")).FullName;
        File.WriteAllText(Path.Combine(home, "config.toml"), $"""
            model = "scripted"
            model_provider = "fake"
            [model_providers.fake]
            name = "Fake"
            base_url = "{api.Url}v1"
            env_key = "FAKE_OPENAI_KEY"
            wire_api = "responses"
            request_max_retries = 1
            stream_max_retries = 1
            """);
        return Wrapper(folder, Codex, ("HOME", folder), ("CODEX_HOME", home), ("FAKE_OPENAI_KEY", "test-key"));
    }

    private static string Native(string path) => Path.Combine([Folder, "node_modules", .. path.Split('/')]);
}

namespace OpenSre.Bench.Terminal;

/// <summary>A program with a prompt, and what it needs to come to it without a network.</summary>
/// <param name="Name">How it is called in the report.</param>
/// <param name="Command">Null when it is not installed.</param>
/// <param name="Prompt">Words that stand on its screen when its prompt does, without blanks.</param>
/// <param name="Prepare">Writes its settings into the home given, where its working directory is the second, and says which variables it gets.</param>
internal sealed record Peer(string Name, IReadOnlyList<string>? Command, string Prompt, Func<string, string, int, IReadOnlyDictionary<string, string?>> Prepare)
{
    private const string Key = "sk-ant-no-key-at-all-0123456789";

    /// <summary>This program and those it is compared with.</summary>
    public static IReadOnlyList<Peer> All(string opensre) =>
    [
        new("opensre", [opensre], "·idle", (home, _, _) => With(home, ("OPENSRE_HOME", Path.Combine(home, "opensre")))),
        new("codex", Installed.Codex is { } codex ? [codex] : null, "AskCodextodoanything", Codex),
        new("codex --no-alt-screen", Installed.Codex is { } inline ? [inline, "--no-alt-screen"] : null, "AskCodextodoanything", Codex),
        new("claude", Installed.Claude is { } claude ? [claude] : null, "?forshortcuts", Claude),
        new("gemini", Installed.Gemini is { } gemini ? ["node", gemini] : null, "Typeyourmessage", Gemini),
    ];

    private static IReadOnlyDictionary<string, string?> Codex(string home, string folder, int port)
    {
        Write(Path.Combine(home, "codex", "config.toml"), $$"""
            model = "stand-in"
            model_provider = "fake"
            check_for_update_on_startup = false
            [model_providers.fake]
            name = "Stand-in"
            base_url = "http://127.0.0.1:{{port}}/v1"
            env_key = "STAND_IN_KEY"
            wire_api = "responses"
            [projects."{{folder}}"]
            trust_level = "trusted"

            """);
        return With(home, ("CODEX_HOME", Path.Combine(home, "codex")), ("STAND_IN_KEY", "none"));
    }

    private static IReadOnlyDictionary<string, string?> Claude(string home, string folder, int port)
    {
        Write(Path.Combine(home, ".claude.json"), $$"""
            { "hasCompletedOnboarding": true, "lastOnboardingVersion": "9.9.9", "theme": "dark", "autoUpdates": false,
              "customApiKeyResponses": { "approved": ["{{Key[^20..]}}"], "rejected": [] },
              "projects": { "{{folder}}": { "hasTrustDialogAccepted": true, "hasCompletedProjectOnboarding": true, "projectOnboardingSeenCount": 9 } } }
            """);
        return With(home, ("ANTHROPIC_BASE_URL", $"http://127.0.0.1:{port}"), ("ANTHROPIC_API_KEY", Key), ("DISABLE_TELEMETRY", "1"), ("DISABLE_AUTOUPDATER", "1"), ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"));
    }

    private static IReadOnlyDictionary<string, string?> Gemini(string home, string folder, int port)
    {
        Write(Path.Combine(home, ".gemini", "settings.json"), """
            {"security":{"auth":{"selectedType":"gemini-api-key"},"folderTrust":{"enabled":false}},
             "general":{"disableAutoUpdate":true,"disableUpdateNag":true,"enableAutoUpdate":false,"enableAutoUpdateNotification":false},
             "privacy":{"usageStatisticsEnabled":false},"telemetry":{"enabled":false},"ide":{"enabled":false,"hasSeenNudge":true}}
            """);
        return With(home, ("GEMINI_API_KEY", "none"), ("GOOGLE_GEMINI_BASE_URL", $"http://127.0.0.1:{port}"));
    }

    private static Dictionary<string, string?> With(string home, params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["HOME"] = home,
            ["XDG_CONFIG_HOME"] = null,
            ["TERM"] = "xterm-256color",
            ["COLORTERM"] = null,
            ["CI"] = null,
            ["NO_COLOR"] = null,
            ["TMUX"] = null,
        };
        foreach (var (name, value) in more)
        {
            variables[name] = value;
        }

        return variables;
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

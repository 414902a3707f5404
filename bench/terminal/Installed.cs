namespace OpenSre.Bench.Terminal;

/// <summary>Finds programs: in artifacts/agents, where npm puts what only tests and benchmarks need, and on PATH.</summary>
internal static class Installed
{
    private static readonly string Folder = Path.GetFullPath(Environment.GetEnvironmentVariable("OPENSRE_AGENT_PROGRAMS") is { Length: > 0 } named ? named : "artifacts/agents");

    /// <summary>The program itself: what npm puts on PATH is a script that starts it.</summary>
    public static string? Codex { get; } = Module("@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex") ?? Find("codex");

    /// <inheritdoc cref="Codex"/>
    public static string? Claude { get; } = Module("@anthropic-ai/claude-code-linux-x64/claude") ?? Find("claude");

    /// <summary>A script for node.</summary>
    public static string? Gemini { get; } = Module("@google/gemini-cli/bundle/gemini.js") ?? Module("@google/gemini-cli/dist/index.js") ?? Find("gemini");

    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Prepend(Path.Combine(Folder, "node_modules", ".bin"))
            .Where(p => p.Length > 0).Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists);

    private static string? Module(string path) => Path.Combine([Folder, "node_modules", .. path.Split('/')]) is var file && File.Exists(file) ? file : null;
}

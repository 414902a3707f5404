namespace OpenSre.Fleet;

/// <summary>How one kind of agent is known by its executable and its arguments.</summary>
/// <param name="Tool">The kind, as the registry names it.</param>
/// <param name="Names">Base names of its program or of the script an interpreter runs.</param>
public sealed record ToolRule(string Tool, params string[] Names)
{
    /// <summary>npm packages whose scripts are the agent.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>Python modules: <c>python -m MODULE</c>, or scripts below a folder of that name in site-packages.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Folders below which versions of the program lie: <c>claude/versions</c> for <c>claude/versions/2.1.139</c>.</summary>
    public IReadOnlyList<string> VersionFolders { get; init; } = [];

    /// <summary>First words that make it a passing errand and no agent: <c>claude update</c>.</summary>
    public IReadOnlyList<string> Errands { get; init; } = [];

    /// <summary>When set, another program has the same name: only these first words, an option or none, are the agent.</summary>
    public IReadOnlyList<string>? OnlyWith { get; init; }

    /// <summary>Words that must all be among the arguments; for patterns people define.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>The agents known without being told.</summary>
    public static IReadOnlyList<ToolRule> Known { get; } =
    [
        new("claude-code", "claude")
        {
            Packages = ["@anthropic-ai/claude-code"],
            VersionFolders = ["claude/versions"],
            Errands = ["mcp", "update", "upgrade", "install", "doctor", "config", "setup-token", "plugin", "plugins", "auth", "migrate-installer", "daemon", "--chrome-native-host", "--claude-in-chrome-mcp"],
        },
        new("codex", "codex")
        {
            Packages = ["@openai/codex"],
            Errands = ["login", "logout", "mcp", "completion", "debug", "features", "sandbox"],
        },
        new("cursor", "cursor-agent") { VersionFolders = ["cursor-agent/versions"], Errands = ["login", "logout", "status", "update", "mcp"] },
        new("aider", "aider") { Modules = ["aider"] },
        new("gemini-cli", "gemini") { Packages = ["@google/gemini-cli"], Errands = ["mcp", "extensions"] },
        new("opencode", "opencode") { Packages = ["opencode-ai"], Errands = ["auth", "upgrade", "models", "stats", "export", "import", "mcp"] },
        new("qwen", "qwen") { Packages = ["@qwen-code/qwen-code"], Errands = ["mcp", "extensions"] },

        // AWS Copilot deploys containers under the same name.
        new("copilot", "copilot") { Packages = ["@github/copilot"], OnlyWith = ["chat"] },
        new("kimi", "kimi", "kimi-cli") { Packages = ["@moonshot-ai/kimi-code"], Modules = ["kimi_cli"], Errands = ["login", "logout", "mcp"] },

        // pressly/goose migrates databases under the same name.
        new("goose", "goose", "goosed") { OnlyWith = ["session", "s", "run", "web", "acp", "agent", "project", "projects", "serve", "term", "recipe", "schedule"] },
        new("antigravity-cli", "agy"),
    ];
}

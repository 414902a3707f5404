namespace OpenSre.Investigation;

/// <summary>Where a file of notes comes from; the later ones are nearer and stronger.</summary>
public enum ContextScope { Managed, User, Project, Local, Listed }

/// <summary>One file of notes: OPENSRE.md, AGENTS.md, CLAUDE.md, or what one of them imports.</summary>
/// <param name="Hops">0 for a file found by its place; 1 … 5 for an import of one.</param>
/// <param name="From">The file that imports it; empty for one found by its place.</param>
/// <param name="Trusted">It belongs to the machine or the person, or is listed; a file of a project is anybody's.</param>
public sealed record ContextFile(string Path, ContextScope Scope, int Hops, string From, bool Trusted, string Text)
{
    public int Bytes { get; } = System.Text.Encoding.UTF8.GetByteCount(Text);
}

/// <summary>Where notes are looked for.</summary>
public sealed record ContextPlaces
{
    /// <summary>Files of the machine's administrator.</summary>
    public IReadOnlyList<string> Managed { get; init; } = [];

    /// <summary>Files of the person.</summary>
    public IReadOnlyList<string> User { get; init; } = [];

    /// <summary>The folder whose ancestors are walked; null for none.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Files a person has listed.</summary>
    public IReadOnlyList<string> Listed { get; init; } = [];

    /// <summary>Files, or folders with all that is below them, whose notes are trusted although they lie in a project.</summary>
    public IReadOnlyList<string> Trust { get; init; } = [];

    /// <summary>What <c>~</c> stands for.</summary>
    public required string Home { get; init; }

    /// <summary>The usual places.</summary>
    /// <param name="opensre">The folder of OpenSRE's own configuration.</param>
    public static ContextPlaces Usual(string opensre, string? workingDirectory, string home) => new()
    {
        Managed = OperatingSystem.IsMacOS() ? ["/Library/Application Support/ClaudeCode/CLAUDE.md", "/etc/opensre/OPENSRE.md"] : OperatingSystem.IsWindows() ? [] : ["/etc/claude-code/CLAUDE.md", "/etc/opensre/OPENSRE.md"],
        User = [System.IO.Path.Combine(home, ".claude", "CLAUDE.md"), System.IO.Path.Combine(opensre, "OPENSRE.md")],
        WorkingDirectory = workingDirectory,
        Home = home,
    };
}

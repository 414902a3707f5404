namespace OpenSre.Cli;

/// <summary>Where OpenSRE keeps what belongs to a person.</summary>
internal static class HomeFolder
{
    /// <summary><c>$OPENSRE_HOME</c>, else <c>~/.config/opensre</c>. It need not exist yet.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("OPENSRE_HOME") is { Length: > 0 } home
        ? System.IO.Path.GetFullPath(home)
        : System.IO.Path.Combine(UserFolder(), ".config", "opensre");

    public static string Session(string id) => System.IO.Path.Combine(Path, "sessions", id + ".jsonl");

    private static string UserFolder() =>
        Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}

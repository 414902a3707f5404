namespace OpenSre.Cli;

/// <summary>How this program is started again, by others and later.</summary>
internal static class ThisProgram
{
    /// <summary>The words that start it, to which its own follow; null where that is not known.</summary>
    public static IReadOnlyList<string>? Words { get; } = Environment.ProcessPath is not { } program ? null
        : Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Path.Combine(Lasting(AppContext.BaseDirectory), "opensre.dll")]
        : [Path.Combine(Lasting(Path.GetDirectoryName(program)!), Path.GetFileName(program))];

    /// <summary>
    /// A folder by a name that outlives an update: where a link beside it leads to it, as <c>./opensre</c> makes one for the newest
    /// build, that link.
    /// </summary>
    private static string Lasting(string folder)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        if (Path.GetDirectoryName(folder) is not { } parent)
        {
            return folder;
        }

        try
        {
            return Directory.EnumerateDirectories(parent).FirstOrDefault(d => new DirectoryInfo(d).LinkTarget is { } target && Path.TrimEndingDirectorySeparator(Path.GetFullPath(target, parent)) == folder) ?? folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What may not be looked at has no better name.
            return folder;
        }
    }
}

namespace OpenSre.Tests;

/// <summary>Screens kept as text files beside the tests. OPENSRE_ACCEPT=1 writes them anew; then read the difference.</summary>
internal static class GoldenScreen
{
    public static void Check(string name, IReadOnlyList<string> rows)
    {
        var path = RepositoryRoot.File("tests", "OpenSre.Terminal.Tests", "Screens", name + ".txt");
        var shown = string.Join('\n', rows) + "\n";
        if (Environment.GetEnvironmentVariable("OPENSRE_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, shown);
        }

        Assert.True(File.Exists(path), $"There is no {path}; it would be:\n{shown}");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), shown);
    }
}

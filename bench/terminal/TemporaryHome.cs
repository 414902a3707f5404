namespace OpenSre.Bench.Terminal;

/// <summary>A home of its own for what is measured, deleted afterwards.</summary>
internal sealed class TemporaryHome : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("opensre-bench-").FullName;

    public Dictionary<string, string?> Variables => new(StringComparer.Ordinal) { ["OPENSRE_HOME"] = Path, ["TERM"] = "xterm-256color", ["CI"] = null, ["NO_COLOR"] = null };

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

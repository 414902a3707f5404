namespace OpenSre.Bench.Terminal;

/// <summary>Finds programs: in artifacts/agents, where npm puts what only tests and benchmarks need, and on PATH.</summary>
internal static class Installed
{
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Prepend(Path.GetFullPath("artifacts/agents/node_modules/.bin"))
            .Where(p => p.Length > 0).Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists);
}

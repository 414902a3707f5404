using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Home;

/// <summary>The two probes of a host: what is looked at always, and what takes longer and changes seldom.</summary>
internal static class HostProbe
{
    /// <summary>Far more than a host has to say; an answer longer than this is broken.</summary>
    private const int OutputLimit = 4_000_000;

    private static readonly Lazy<string> Usual = new(() => Script("host"));
    private static readonly Lazy<string> Slow = new(() => Script("slow"));

    public static async Task<HostReading> LookAsync(HostSettings host, ICommandRunner runner, LinuxOptions places, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        string[] arguments = host.Backups.Count == 0 ? ["-s"] : ["-s", "--", .. host.Backups.Select(b => b.Path)];
        var script = $"P={Quote(places.Proc)} S={Quote(places.Sys)}\n{Usual.Value}";
        var began = time.GetUtcNow();
        var result = await runner.RunAsync(new CommandRequest("home.host", "sh", arguments, script, limit, OutputLimit), cancellation);
        var ended = time.GetUtcNow();
        var sections = new ProbeSections(result.Output);
        if (sections.Began && result.CutCharacters == 0)
        {
            return ReadingParser.Parse(host, sections, began, ended);
        }

        return new HostReading(host.Name, ended, ended - began, Problem(host, result, limit), new Dictionary<string, string>());
    }

    /// <summary>What the slow probe brought; null where it did not come back whole.</summary>
    public static async Task<SlowParts?> LookSlowlyAsync(ICommandRunner runner, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var result = await runner.RunAsync(new CommandRequest("home.slow", "sh", ["-s"], Slow.Value, limit, OutputLimit), cancellation);
        var sections = new ProbeSections(result.Output);
        return sections.Ended ? SlowParts.Read(sections, time.GetUtcNow()) : null;
    }

    private static string Problem(HostSettings host, CommandResult result, TimeSpan limit)
    {
        if (result.CutCharacters > 0)
        {
            return $"{host.Name}: its answer is too long to be one";
        }

        if (result.Status == CommandStatus.TimedOut)
        {
            return $"{host.Name}: no answer within {limit.TotalSeconds:0.#} s";
        }

        var said = SafeText.Line(Redaction.Apply(result.Error.Trim()), 400);
        return said.Length == 0 ? $"{host.Name}: it answered with nothing that can be read"
            : said.StartsWith(host.Name + ":", StringComparison.Ordinal) ? said : $"{host.Name}: {said}";
    }

    private static string Quote(string path) => "'" + path.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string Script(string name) => $"{Read("_lib")}\n{Read(name)}";

    private static string Read(string name)
    {
        using var stream = typeof(HostProbe).Assembly.GetManifestResourceStream($"OpenSre.Home.Probes.{name}.sh")
            ?? throw new InvalidOperationException($"The probe {name} is not part of this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

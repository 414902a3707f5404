using System.Globalization;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>Containers as the engine's program lists and inspects them.</summary>
internal static class ContainerLines
{
    public static HostReading Read(HostReading reading, ProbeSections sections, Dictionary<string, string> missing)
    {
        if (sections["containers"] is not { } lines)
        {
            missing["containers"] = "not reached";
            return reading;
        }

        var refusal = sections.Refusal("containers");
        if (refusal == "absent")
        {
            return reading;
        }

        if (refusal is not null)
        {
            missing["containers"] = Why(refusal);
            if (!lines.Any(l => l.StartsWith("engine ", StringComparison.Ordinal)))
            {
                return reading with { HasDocker = false };
            }
        }

        Dictionary<string, string> status = new(StringComparer.Ordinal);
        foreach (var fields in lines.Where(l => l.StartsWith("status ", StringComparison.Ordinal)).Select(l => l[7..].Split('\t')).Where(f => f.Length == 2))
        {
            status[fields[0]] = SafeText.Line(fields[1], 120);
        }

        var inspected = lines.Where(l => l.StartsWith("inspect ", StringComparison.Ordinal)).Select(l => l[8..].Split('\t')).Where(f => f.Length >= 9).Select(f => One(f, status.GetValueOrDefault(f[0], ""))).ToList();
        return reading with { HasDocker = true, Containers = [.. inspected.OrderBy(c => c.Name, StringComparer.Ordinal)] };
    }

    private static ContainerReading One(string[] f, string status)
    {
        var health = Text(f, 13);
        return new ContainerReading(
            SafeText.Line(Text(f, 1)?.TrimStart('/') ?? f[0][..Math.Min(12, f[0].Length)], 128),
            SafeText.Line(f[0], 64),
            SafeText.Line(Text(f, 2) ?? "", 200),
            SafeText.Line(f[3], 20),
            health is "healthy" or "unhealthy" or "starting" && f[3] is "running" or "paused" ? health : null,
            status,
            f[3] is "exited" or "dead" && ReadingParser.Whole(f[4]) is { } code ? (int)code : null,
            f[5] == "true",
            ReadingParser.Whole(f[8]) is { } restarts ? (int)restarts : null,
            f.Length > 9 && f[9].Length > 0 ? SafeText.Line(f[9], 20) : null,
            Text(f, 15) is { Length: > 0 } output ? SafeText.Line(Redaction.Apply(output), 300) : null,
            Text(f, 10) is { Length: > 0 } project ? SafeText.Line(project, 80) : null,
            Text(f, 11) is { Length: > 0 } service ? SafeText.Line(service, 80) : null,
            DependsOn(f))
        {
            StartedAt = Time(f[6]),
            FinishedAt = Time(f[7]),
            FailingStreak = f.Length > 14 && ReadingParser.Whole(f[14]) is { } streak && f[3] == "running" ? (int)streak : null,
        };
    }

    /// <summary>Compose writes "db:service_healthy:false,cache:service_started:true".</summary>
    private static List<string> DependsOn(string[] f) =>
        Text(f, 12) is { Length: > 0 } label ? [.. label.Split(',').Select(d => SafeText.Line(d.Split(':')[0].Trim(), 80)).Where(d => d.Length > 0)] : [];

    private static string? Text(string[] f, int index) => index < f.Length ? Json(f[index]) : null;

    private static string? Json(string field)
    {
        try
        {
            using var document = JsonDocument.Parse(field);
            return document.RootElement.ValueKind == JsonValueKind.String ? document.RootElement.GetString() : null;
        }
        catch (JsonException)
        {
            // An engine that prints the bare word.
            return field is "<no value>" or "<nil>" or "" ? null : field;
        }
    }

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1970 ? time.ToUniversalTime() : null;

    private static string Why(string refusal)
    {
        // "1 Cannot connect …": the exit code, then the first line the program said.
        var space = refusal.IndexOf(' ');
        var said = SafeText.Line(Redaction.Apply(space < 0 ? "" : refusal[(space + 1)..]), 160);
        return refusal.StartsWith("124 ", StringComparison.Ordinal) ? "the container engine does not answer"
            : said.Contains("permission denied", StringComparison.OrdinalIgnoreCase) ? "its user may not ask Docker; add it to the docker group there"
            : said.Contains("Cannot connect", StringComparison.OrdinalIgnoreCase) || said.Contains("Is the docker daemon running", StringComparison.OrdinalIgnoreCase) ? "Docker is installed, but its daemon does not answer"
            : said.Length > 0 ? said : "the container engine said nothing";
    }
}

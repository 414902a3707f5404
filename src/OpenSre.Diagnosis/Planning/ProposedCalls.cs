using System.Globalization;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// Calls of tools from outside that a person has allowed, filled in from the alert. What an alert says is anybody's text: only
/// what looks like a name, an address or a time goes into an argument, so that no label can change the query around it.
/// </summary>
public static partial class ProposedCalls
{
    /// <summary>Such a call is worth making unless the answer is all but certain without it.</summary>
    private const double Weight = 1;

    private const int LongestValue = 200;

    /// <summary>The lead a proposal gives for this alert; null when it does not fit, with the reason where a person should hear of it.</summary>
    /// <param name="now">The time of the investigation.</param>
    /// <param name="gap">Null where the alert complains of something else.</param>
    public static Lead? For(ToolProposal proposal, Incident incident, AlertReading reading, DateTimeOffset now, out Gap? gap)
    {
        gap = null;
        var complaints = Symptom.None;
        foreach (var word in proposal.About)
        {
            if (!Enum.TryParse<Symptom>(word, ignoreCase: true, out var symptom) || int.TryParse(word, out _))
            {
                gap = new Gap(proposal.Tool, $"about: {SafeText.Line(word, 40)} is nothing an alert can complain of; there are {string.Join(", ", Enum.GetNames<Symptom>().Skip(1)).ToLowerInvariant()}");
                return null;
            }

            complaints |= symptom;
        }

        if (proposal.About.Count > 0 && (complaints & reading.Symptoms) == 0)
        {
            return null;
        }

        if (proposal.IsLiteral)
        {
            return new Lead(new ToolCall(proposal.Tool, proposal.Arguments), "the recording holds its answer", [], Weight);
        }

        Dictionary<string, string> arguments = new(StringComparer.Ordinal);
        foreach (var (name, template) in proposal.Arguments)
        {
            var missing = "";
            var unsafeLabel = "";
            arguments[name] = Place().Replace(template, place =>
            {
                var (label, value) = Find(place.Groups["names"].Value, incident, reading, now);
                missing = value is null ? label : missing;
                unsafeLabel = value is null || (value.Length <= LongestValue && Plain().IsMatch(value)) ? unsafeLabel : label;
                return value ?? "";
            });
            if (missing.Length > 0)
            {
                gap = new Gap(proposal.Tool, $"it was not called: {Lacks(missing, incident)}");
                return null;
            }

            if (unsafeLabel.Length > 0)
            {
                gap = new Gap(proposal.Tool, $"it was not called: the alert's {SafeText.Line(unsafeLabel, 60)} is no plain name, and could change the query");
                return null;
            }
        }

        return new Lead(new ToolCall(proposal.Tool, arguments), "the configuration asks for it with such an alert", [], Weight);
    }

    /// <summary>Which label is missing, which there are, and what to write instead.</summary>
    private static string Lacks(string names, Incident incident)
    {
        var there = incident.Alerts.SelectMany(a => a.Labels.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(12).ToList();
        var wanted = string.Join(" or ", names.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(n => SafeText.Line(n, 60)));
        return there.Count == 0
            ? $"the alert has no label {wanted}, and names nothing that could stand for it"
            : $"the alert has no label {wanted}; it has {SafeText.Line(string.Join(", ", there), 200)}: name one of them besides, as in {{{{ {SafeText.Line(names, 60)}|{SafeText.Line(there[0], 60)} }}}}";
    }

    private static (string Label, string? Value) Find(string names, Incident incident, AlertReading reading, DateTimeOffset now)
    {
        foreach (var name in names.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var value = name switch
            {
                "alert" => incident.Primary.Name,
                "since" => Time(incident.Window.Start),
                "until" => Time(now),
                "since_unix" => incident.Window.Start.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                "until_unix" => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                _ => incident.Alerts.Select(a => a.Find(name)).FirstOrDefault(v => v is not null) ?? OfWords(name, reading),
            };
            if (value is { Length: > 0 })
            {
                return (name, value);
            }
        }

        return (names, null);
    }

    /// <summary>What the alert is about in its words, where no label says it.</summary>
    private static string? OfWords(string name, AlertReading reading) => name switch
    {
        "service" or "app" or "application" or "job" or "container" or "component" => reading.ServiceNames.FirstOrDefault(),
        "host" or "hostname" or "node" or "instance" => reading.Hosts.FirstOrDefault(),
        "path" or "mountpoint" => reading.Paths.FirstOrDefault(),
        "url" => reading.Urls.FirstOrDefault(),
        _ => null,
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{\{\s*(?<names>[A-Za-z0-9_.| -]+?)\s*\}\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"^[A-Za-z0-9_/][A-Za-z0-9_.:/@+-]*$")]
    private static partial Regex Plain();
}

using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>What is said about one container or service by name, on the hosts that have it.</summary>
internal static class NamedWords
{
    public static string Line(QuickQuestion question, IEnumerable<(string Host, HostReading? Reading, bool Awaited)> hosts, DateTimeOffset now)
    {
        var name = question.Name!;
        List<string> lines = [], silent = [], blind = [];
        foreach (var (host, reading, awaited) in hosts)
        {
            if (reading is null || reading.Problem is not null)
            {
                silent.Add(awaited ? $"{host}: looking…" : $"{host}: {(reading?.Problem is { } problem ? Without(problem, host) : "not looked at yet")}");
                continue;
            }

            var containers = reading.Containers.Where(c => Is(c.Name, name) || (c.Service is { } service && Is(service, name))).ToList();
            lines.AddRange(containers.Select(c => $"{host}: container {ContainerWords.Say(c, now)}"));
            if (containers.Count == 0)
            {
                if (reading.Units is null && reading.Missing.TryGetValue("services", out var why))
                {
                    blind.Add($"{host}: services n/a ({why})");
                }

                lines.AddRange((reading.Units ?? []).Where(u => Is(QuickAnswers.Bare(u.Name), name)).Select(u => $"{host}: service {QuickAnswers.Bare(u.Name)} {u.State} ({u.SubState})"));
            }
        }

        if (lines.Count == 0)
        {
            // Where services cannot be asked for, that there is none is no more than half known.
            lines.Add($"I see no container or running service called {name} on {string.Join(" or ", question.Hosts)}.");
            lines.AddRange(blind);
        }

        return SafeText.Clean(string.Join('\n', lines.Concat(silent)));
    }

    private static string Without(string problem, string host) => problem.StartsWith(host + ": ", StringComparison.Ordinal) ? problem[(host.Length + 2)..] : problem;

    private static bool Is(string there, string asked) => there.Equals(asked, StringComparison.OrdinalIgnoreCase);
}

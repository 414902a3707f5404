using System.Collections.Frozen;
using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>A family an alert belongs to: the same kind of alert, in one place.</summary>
/// <param name="Key">The kind and the place.</param>
/// <param name="Part">The part of the place it is in, by which the family is counted: a host of a rack, a rack of a zone.</param>
/// <param name="Neighbourhood">The place, where it is so narrow that things of any kind that break in it break together; else null.</param>
internal readonly record struct AlertFamily(string Key, string Part, string? Neighbourhood);

/// <summary>A wide place, in which things fail for many reasons at a time, and seldom all of it for one.</summary>
/// <param name="Sort">What sort of place: zone, cluster, datacenter, region.</param>
internal readonly record struct AlertArea(string Sort, string Name);

/// <summary>What an alert says of where it belongs, read from its labels in one pass.</summary>
/// <param name="Group">The sender's own group.</param>
/// <param name="Things">What it complains of: a service, a host; its name where it names neither.</param>
/// <param name="Families">Narrow to wide; the widest is the kind alone.</param>
/// <param name="Kind">The name of the alert.</param>
/// <param name="Areas">The zone, cluster, datacenter and region it says it is in.</param>
internal sealed record AlertMarks(string? Group, IReadOnlyList<string> Things, IReadOnlyList<AlertFamily> Families, string Kind, IReadOnlyList<AlertArea> Areas)
{
    private const int Space = 0, Service = 1, Host = 2, FirstPlace = 3, FirstArea = 5;

    // Labels of one meaning, the more telling first. Places follow, narrow to wide.
    private static readonly string[][] Meanings =
    [
        ["namespace", "kubernetes_namespace", "env", "environment"],
        ["service", "service_name", "app", "deployment", "workload"],
        ["host", "hostname", "instance", "node", "nodename", "server"],
        ["rack", "switch", "chassis", "hypervisor"],
        ["job"],
        ["zone", "availability_zone", "availability-zone"],
        ["cluster", "cluster_name"],
        ["datacenter", "dc"],
        ["region"],
    ];

    private static readonly FrozenDictionary<string, (int Meaning, int Rank)> Names = Meanings
        .SelectMany((names, meaning) => names.Select((name, rank) => (name, meaning, rank)))
        .ToFrozenDictionary(n => n.name, n => (n.meaning, n.rank), StringComparer.OrdinalIgnoreCase);

    /// <summary>What stands before everything that is broken: the self of an alert within its family.</summary>
    public string Self => Things[0];

    public static AlertMarks Of(Alert alert)
    {
        var values = new string?[Meanings.Length];
        Span<int> ranks = stackalloc int[Meanings.Length];
        ranks.Fill(int.MaxValue);
        Read(alert.Labels, values, ranks, 0);
        Read(alert.Annotations, values, ranks, 1);

        List<string> things = [];
        if (values[Host] is { } host)
        {
            things.Add("host:" + HostOf(host));
        }

        if (values[Service] is { } service)
        {
            things.Add($"service:{values[Space]}/{service}");
        }

        if (things.Count == 0)
        {
            things.Add($"name:{alert.Source}:{alert.Name}");
        }

        List<AlertFamily> families = [];
        var part = things[0];
        foreach (var meaning in (ReadOnlySpan<int>)[FirstPlace, Space, FirstPlace + 1, FirstPlace + 2, FirstPlace + 3, FirstPlace + 4, FirstPlace + 5])
        {
            if (values[meaning] is { } place)
            {
                place = $"{Meanings[meaning][0]}:{place}";
                families.Add(new AlertFamily($"{alert.Name}@{place}", part, meaning == FirstPlace ? place : null));
                part = place;
            }
        }

        families.Add(new AlertFamily(alert.Name, part, null));
        List<AlertArea> areas = [];
        for (var meaning = FirstArea; meaning < Meanings.Length; meaning++)
        {
            if (values[meaning] is { } area)
            {
                areas.Add(new AlertArea(Meanings[meaning][0], area));
            }
        }

        return new AlertMarks(alert.GroupKey is { Length: > 0 } group ? $"group:{alert.Source}:{group}" : null, things, families, alert.Name, areas);
    }

    private static void Read(IReadOnlyDictionary<string, string> fields, string?[] values, Span<int> ranks, int second)
    {
        foreach (var (name, value) in fields)
        {
            if (value.Length > 0 && Names.TryGetValue(name, out var known) && (known.Rank * 2) + second < ranks[known.Meaning])
            {
                ranks[known.Meaning] = (known.Rank * 2) + second;
                values[known.Meaning] = value;
            }
        }
    }

    /// <summary>The host of an instance: <c>a:9100</c>, <c>https://a/path</c>, <c>[::1]:80</c>.</summary>
    private static string HostOf(string instance)
    {
        if (instance.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(instance, UriKind.Absolute, out var url))
        {
            return url.Host;
        }

        var colon = instance.IndexOf(':', StringComparison.Ordinal);
        // Two colons and no bracket: an address of version 6 without a port.
        return instance.StartsWith('[') ? instance[..(instance.IndexOf(']') + 1)] : colon < 0 || instance.IndexOf(':', colon + 1) >= 0 ? instance : instance[..colon];
    }
}

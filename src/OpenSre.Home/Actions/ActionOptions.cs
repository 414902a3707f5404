using System.Text.RegularExpressions;

namespace OpenSre.Home;

/// <summary>What may be done at all, and to what.</summary>
public sealed record ActionOptions
{
    public ActionSettings Settings { get; init; } = new();

    /// <summary>Names that need the strongest approval and are never stopped; <c>*</c> matches anything.</summary>
    public IReadOnlyList<string> Protected { get; init; } = HomeConfig.DefaultProtected;

    public IReadOnlyList<RunbookStep> Runbook { get; init; } = [];

    public IReadOnlyList<HostSettings> Hosts { get; init; } = [];

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Plans offered unasked in an hour: who is asked too often stops reading.</summary>
    public int OffersPerHour { get; init; } = 6;

    /// <summary>How long a tap may still be taken back before anything starts.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Between looks while a fix is to prove itself.</summary>
    public TimeSpan ProofEvery { get; init; } = TimeSpan.FromSeconds(5);

    public static ActionOptions From(HomeConfig config) => new()
    {
        Settings = config.Actions,
        Protected = config.Protected,
        Runbook = config.Runbook,
        Hosts = config.Hosts,
        Zone = config.Zone,
    };

    public HostSettings? Host(string name) => Hosts.FirstOrDefault(h => h.Name == name);

    public bool IsProtected(string name) => Protected.Any(p => Matches(p, name));

    /// <summary>Whether a pattern fits; a star stands for anything but, in a path, a slash.</summary>
    public static bool Matches(string pattern, string name) =>
        Regex.IsMatch(name, "^" + Regex.Escape(pattern).Replace("\\*", pattern.Contains('/', StringComparison.Ordinal) ? "[^/]*" : ".*", StringComparison.Ordinal) + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}

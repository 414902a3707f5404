using System.Text.RegularExpressions;

namespace OpenSre.Terminal;

internal sealed partial class TrustCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/trust", "/trust [on|off|for 10m]", "make changes without asking; what policy refuses stays refused", "/trust for 10m");

    public string? NotInPipe(string argument) => argument is "" or "off" ? null : "trust is given by a person at a terminal";

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var trust = session.Approvals.Trust;
        switch (argument.ToLowerInvariant())
        {
            case "":
                break;
            case "on":
                trust.TurnOn(null);
                break;
            case "off":
                trust.TurnOff();
                break;
            case var words when Span().Match(words) is { Success: true } match && Read(match) is { } span:
                trust.TurnOn(span);
                break;
            default:
                session.Say("Say /trust on, /trust off, or how long: /trust for 10m (s, m or h).");
                return Task.CompletedTask;
        }

        session.View.Print(Row.Of("Trust is ").Add(TrustWords.Of(trust.Until, session.Time.GetUtcNow()), trust.IsOn ? Ink.Warn : Ink.None)
            .Add(trust.IsOn ? ": changes are made without asking. Policy and the audit log stay." : ": every change is asked for."));
        session.Changed();
        return Task.CompletedTask;
    }

    private static TimeSpan? Read(Match match)
    {
        var number = double.Parse(match.Groups["number"].Value);
        var seconds = number * match.Groups["unit"].Value switch { "s" => 1, "h" => 3600, _ => 60 };
        return seconds is > 0 and <= 86400 ? TimeSpan.FromSeconds(seconds) : null;
    }

    [GeneratedRegex(@"^(?:for\s+)?(?<number>\d{1,5})\s*(?<unit>[smh])\w*$")]
    private static partial Regex Span();
}

/// <summary>Trust in words.</summary>
internal static class TrustWords
{
    public static string Of(DateTimeOffset? until, DateTimeOffset now) => until switch
    {
        null => "off",
        var end when end == DateTimeOffset.MaxValue => "on",
        var end when end - now < TimeSpan.FromMinutes(1.5) => $"on for {Math.Ceiling((end.Value - now).TotalSeconds)} s",
        var end => $"on for {Math.Ceiling((end!.Value - now).TotalMinutes)} min",
    };
}

using System.Text.Json;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Netdata Cloud's webhooks: an alert of a chart, or a host that became reachable or not. The host of an alert is not
/// a field; it is taken from the message where that says "on" a host.
/// </summary>
internal sealed partial class NetdataDialect : IAlertDialect
{
    public string Name => "netdata";

    public string Vendor => "Netdata";

    public bool Recognises(JsonElement body, IntakeContext context) =>
        (body.HasText("alert") && body.HasText("chart") && body.HasText("context")) || body.Get("status").Has("reachable");

    public Reading Read(JsonElement body, IntakeContext context) =>
        Reading.Of(this, body.Get("status").Has("reachable") ? Reachability(body) : ChartAlert(body));

    private AlertDraft ChartAlert(JsonElement body)
    {
        var message = body.Text("message");
        var host = body.Text("host", "node", "hostname") ?? (message is null ? null : OnHost().Match(message).Groups["host"].Value);
        var clear = body.Text("severity")?.ToLowerInvariant() is "clear" or "cleared";
        var time = body.Time("date");
        var draft = new AlertDraft(Name)
        {
            Name = body.Text("alert"),
            Summary = message ?? body.Text("info"),
            Severity = SeverityScale.Of(body.Text("severity")),
            Status = clear ? AlertStatus.Resolved : AlertStatus.Firing,
            StartsAt = clear ? null : time,
            EndsAt = clear ? time : null,
            Key = AlertIdentity.OfParts(body.Text("alert"), body.Text("chart"), host),
        };
        draft.Label("host", host);
        foreach (var name in (string[])["chart", "context", "family", "class", "space"])
        {
            draft.Label(name, body.Text(name));
        }

        if (body.Text("context")!.StartsWith("disk.", StringComparison.Ordinal) && body.Text("family") is { } family && family[0] == '/')
        {
            draft.Label("mountpoint", family);
        }

        draft.Annotation("info", body.Text("info"));
        draft.Annotation("duration", body.Text("duration"));
        draft.LinksIn(body);
        return draft;
    }

    private AlertDraft Reachability(JsonElement body)
    {
        var reachable = body.Get("status").Is("reachable", "true");
        var host = body.Text("host");
        var draft = new AlertDraft(Name)
        {
            Name = $"Host {host} is {(reachable ? "reachable" : "unreachable")}",
            Summary = body.Text("message"),
            Severity = reachable ? Severity.Info : SeverityScale.Of(body.Text("severity")),
            Status = reachable ? AlertStatus.Resolved : AlertStatus.Firing,
            Key = AlertIdentity.OfParts("reachability", host),
        };
        draft.Label("host", host);
        draft.LinksIn(body);
        return draft;
    }

    [GeneratedRegex(@"\bon (node |host )?(?<host>[A-Za-z0-9][A-Za-z0-9_.-]{0,252}[A-Za-z0-9])\b", RegexOptions.ExplicitCapture)]
    private static partial Regex OnHost();
}

using System.Globalization;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Causes no change of ours brings: an expired certificate, a provider that is down, a dead resolver, a rush of traffic, a sick node.</summary>
public sealed partial class OutsideCheck : ICheck
{
    private static readonly TimeSpan StatusReach = TimeSpan.FromHours(3);

    public CheckInfo Info { get; } = new(
        "telemetry.outside",
        [TelemetryTools.Series, TelemetryTools.Logs, TelemetryTools.Patterns, TelemetryTools.Traces, TelemetryTools.Status],
        "Log lines that say a certificate or another credential has expired, or a lifetime that ran down to nothing; names that two or more services fail to resolve; a foreign host that fails; a status feed that reports trouble within three hours; requests that grew by two fifths or more before the symptom (little, where each request costs three times as much or calls are repeated); words of a node in trouble; trouble on one node alone.",
        [TelemetryFaults.Certificate, TelemetryFaults.Expired, TelemetryFaults.Resolver, TelemetryFaults.Outside, TelemetryFaults.Surge, TelemetryFaults.Node],
        "a change that shows the same and was in force just before");

    public void Examine(CheckContext context)
    {
        var view = TelemetryView.Of(context);
        var signals = FailureSignals.Of(context);
        Expiry(context, view, signals);
        Names(context, signals);
        Foreign(context, view, signals);
        Status(context, view);
        Surge(context, view);
        Nodes(context, view, signals);
    }

    private static void Expiry(CheckContext context, TelemetryView view, IReadOnlyList<QuotedSignal> signals)
    {
        foreach (var metric in view.Metrics.Where(m => ExpiryMetric().IsMatch(m.Series.Metric) && m.Shift.During <= 0 && m.Before.Any(v => v > 0)))
        {
            Tell(context, metric.Output, metric.Series.Of, "outside.lifetime", metric.Series.Line, $"{metric.Series.Metric} of {metric.Series.Of} has run down to nothing", TelemetryFaults.Certificate, 3.5);
        }

        foreach (var (signal, output, quote) in Said(signals, CertificateExpired()))
        {
            Tell(context, output!, signal.Service, "outside.expired", quote, $"{signal.Service} says that a certificate has expired", TelemetryFaults.Certificate, 4);
        }

        foreach (var (signal, output, quote) in Said(signals, CredentialExpired()).Where(s => !CertificateExpired().IsMatch(s.Signal.Text)))
        {
            Tell(context, output!, signal.Service, "outside.expired", quote, $"{signal.Service} says that a credential has expired", TelemetryFaults.Expired, 3.5);
        }
    }

    private static void Names(CheckContext context, IReadOnlyList<QuotedSignal> signals)
    {
        var said = Said(signals, Unresolved()).ToList();
        var services = said.Select(s => s.Signal.Service).Distinct(StringComparer.Ordinal).Count();
        var names = said.SelectMany(s => HostName().Matches(s.Signal.Text).Select(m => m.Value)).Distinct(StringComparer.OrdinalIgnoreCase).Count();
        foreach (var (signal, output, quote) in said.Take(3))
        {
            // One service that cannot find one name has that name wrong; many that find none have no resolver.
            var wide = services >= 2 && names >= 2;
            context.Found(output!, TelemetryView.Service(signal.Service), "outside.names", quote, $"{signal.Service} cannot resolve a name" + (wide ? $", nor can {services - 1} other services" : ""), Currency.Now, [new Bearing(TelemetryFaults.Resolver, new Entity(EntityKind.Resolver, "DNS"), wide ? 4 : 1)]);
            context.Relate(TelemetryView.Service(signal.Service), new Entity(EntityKind.Resolver, "DNS"), RelationKind.DependsOn);
        }
    }

    private static void Foreign(CheckContext context, TelemetryView view, IReadOnlyList<QuotedSignal> signals)
    {
        var own = view.Metrics.Select(m => m.Series.Of).Concat(view.Spans.Select(s => s.Span.Service)).Select(Bare).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (signal, output, quote) in signals.Where(s => s.Output is not null && s.Signal is { IsMetric: false, Weight: >= 0.5 } && !Unresolved().IsMatch(s.Signal.Text) && !CertificateExpired().IsMatch(s.Signal.Text)))
        {
            var host = ForeignHost().Matches(signal.Text).Select(m => m.Value).FirstOrDefault(h => !own.Contains(Bare(h.Split('.')[0])) && !Inner().IsMatch(h));
            var provider = host is null && ProviderWords().IsMatch(signal.Text);
            if (host is not null || provider)
            {
                var entity = new Entity(EntityKind.Endpoint, host ?? "a provider of " + signal.Service);
                context.Relate(TelemetryView.Service(signal.Service), entity, RelationKind.DependsOn);
                context.Found(output!, entity, "outside.host", quote, $"{signal.Service} fails at {entity.Name}", Currency.Now, [new Bearing(TelemetryFaults.Outside, entity, provider ? 2 : 2.5)]);
            }
        }
    }

    private static void Status(CheckContext context, TelemetryView view)
    {
        foreach (var record in context.Records(TelemetryTools.Status, "status"))
        {
            var at = FailureSignals.Time(record["at"]);
            var near = at is not null && (context.Incident.Window.Start - at.Value).Duration() <= StatusReach;
            if (near && Trouble().IsMatch(record["state"]))
            {
                var source = record["source"].Replace('_', ' ');
                var entity = new Entity(EntityKind.Endpoint, source.Length > 0 ? source : "a provider");
                context.Found(record.Output, entity, "outside.status", record.Line, $"{entity.Name} is reported as {record["state"]}", Currency.Now, [new Bearing(TelemetryFaults.Outside, entity, 4)]);
                foreach (var alert in context.Incident.Alerts.Select(a => a.Labels.GetValueOrDefault("service")).OfType<string>())
                {
                    context.Relate(TelemetryView.Service(alert), entity, RelationKind.DependsOn);
                }
            }
        }
    }

    private static void Surge(CheckContext context, TelemetryView view)
    {
        var onset = view.Metrics.Where(m => m.Badness >= 3 && m.Kind is { BadWay: not 0, Quantity: not MetricQuantity.Throughput }).Min(m => m.Since);
        HashSet<string> wasteful = [.. view.Metrics.Where(m => m.Kind.Quantity is MetricQuantity.Cpu or MetricQuantity.Memory && m.Badness >= 3 && view.TrafficGrowth(m.Series.Of) is { } grown && m.Shift.Ratio > 3 * grown).Select(m => m.Series.Of)];
        var retries = view.Metrics.Any(m => m.Badness >= 3 && RetryMetric().IsMatch(m.Series.Metric));
        foreach (var metric in view.Metrics.Where(m => m.Kind.Quantity == MetricQuantity.Throughput && m.Shift is { Score: >= 3, Ratio: >= 1.4 }))
        {
            var grown = Onset.Cusum(metric.Before, metric.Series.Values, 1, metric.Kind.Epsilon);
            var first = grown is { } at && (onset is null || metric.Series.TimeAt(at) <= onset + TimeSpan.FromMinutes(3));
            var entry = !view.Graph.Calls.Any(c => c.Callee == metric.Series.Of);
            if (first)
            {
                Tell(context, metric.Output, metric.Series.Of, "outside.requests", metric.Series.Line, string.Create(CultureInfo.InvariantCulture, $"{metric.Series.Of} is asked {metric.Shift.Ratio:0.0} times as often, from before anything else moved"), TelemetryFaults.Surge, (entry ? 4 : 2) * Math.Min(1, metric.Shift.Ratio - 0.8) * (retries || wasteful.Contains(metric.Series.Of) ? 0.3 : 1));
            }
        }
    }

    private static void Nodes(CheckContext context, TelemetryView view, IReadOnlyList<QuotedSignal> signals)
    {
        foreach (var (signal, output, quote) in Said(signals, NodeWords()))
        {
            Tell(context, output!, signal.Service, "outside.node", quote, $"{signal.Service} speaks of a machine in trouble", TelemetryFaults.Node, 3);
        }

        var troubled = view.Metrics.Where(m => m.Badness >= 3 && m.Kind.BadWay != 0).Select(m => m.Series.Of).ToHashSet(StringComparer.Ordinal);
        if (view.Graph.NodeAtFault(troubled) is var (node, share, elsewhere) && view.Metrics.FirstOrDefault(m => m.Badness >= 3 && troubled.Contains(m.Series.Of)) is { } shown)
        {
            var entity = new Entity(EntityKind.Node, node);
            context.Found(shown.Output, entity, "outside.placement", shown.Series.Line, $"{share:P0} of what runs on {node} is in trouble, {elsewhere:P0} elsewhere", Currency.Now, [new Bearing(TelemetryFaults.Node, entity, 3.5)]);
        }
    }

    private static IEnumerable<QuotedSignal> Said(IReadOnlyList<QuotedSignal> signals, Regex words) =>
        signals.Where(s => s.Output is not null && s.Signal is { IsMetric: false, Weight: >= 0.3 } && words.IsMatch(s.Signal.Text)).DistinctBy(s => (s.Signal.Service, s.Signal.Text));

    private static void Tell(CheckContext context, StoredOutput output, string service, string family, string quote, string claim, string fault, double weight) =>
        context.Found(output, TelemetryView.Service(service), family, quote, claim, Currency.Now, [new Bearing(fault, TelemetryView.Service(service), weight)]);

    private static string Bare(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("service", "", StringComparison.OrdinalIgnoreCase);

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"expir|until_|remaining|days_left", Options)]
    private static partial Regex ExpiryMetric();

    [GeneratedRegex(@"(certificate|cert|x509)\b.{0,60}\bexpired|expired.{0,20}certificate|notAfter.{0,60}(past|expired)", Options)]
    private static partial Regex CertificateExpired();

    [GeneratedRegex(@"(api.?key|credential|licen[sc]e|secret|password|service account|access key|client secret|subscription).{0,40}(expired|has lapsed|suspended)|expired.{0,20}(api.?key|credential|licen[sc]e|secret|password)", Options)]
    private static partial Regex CredentialExpired();

    [GeneratedRegex(@"no such host|enotfound|servfail|server misbehaving|name resol|eai_again|nxdomain|temporary failure in name|lookup \S+.*(timeout|refused)", Options)]
    private static partial Regex Unresolved();

    [GeneratedRegex(@"\b[a-z0-9-]+(\.[a-z0-9-]+)+\b", Options)]
    private static partial Regex HostName();

    [GeneratedRegex(@"\b[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|net|org|io|dev|cloud|app|co|ai|eu|us|aws)\b", Options)]
    private static partial Regex ForeignHost();

    [GeneratedRegex(@"\.svc\b|\.local\b|\.internal\b|localhost|github\.com|golang\.org", Options)]
    private static partial Regex Inner();

    [GeneratedRegex(@"\b(third.?party|vendor|provider|external|carrier|gateway provider|upstream provider|cdn|psp|acquirer|region)\b.{0,60}(unavailable|outage|degraded|down|5\d\d|timeout|timed out|fail|error|unreachable)|(outage|degraded|unavailable).{0,40}\b(third.?party|vendor|provider|external|region)\b", Options)]
    private static partial Regex ProviderWords();

    [GeneratedRegex(@"degrad|outage|down|incident|major|partial|investigat|identified|unavailable|critical|disrupt|elevated|impaired", Options)]
    private static partial Regex Trouble();

    [GeneratedRegex(@"retr(y|ies)|attempt", Options)]
    private static partial Regex RetryMetric();

    [GeneratedRegex(@"node.{0,20}(not ?ready|pressure|unreachable|cordon|drain|reboot|lost)|noisy neighbou?r|cpu steal|\bsteal\b|i/o error, dev|hardware|\becc\b|(spot|instance|host).{0,20}(interrupt|terminat|preempt|retir|evict|fail)|link (is )?down|kernel: |availability zone|\baz\b.{0,20}(outage|down|fail)", Options)]
    private static partial Regex NodeWords();
}

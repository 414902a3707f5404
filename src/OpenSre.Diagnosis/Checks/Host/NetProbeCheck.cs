using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed partial class NetProbeCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "net.probe",
        ["net.tcp", "net.http", "net.tls", "net.dns"],
        "What an endpoint answers now: refused or silent (decisive for its being unreachable), an error status, a certificate that has expired, expires within 14 days or is for another name, name servers that do not answer, a name that does not exist.",
        ["dependency.unreachable", "service.unreachable", "service.hung", "tls.certificate_expired", "tls.certificate_expiring", "tls.name_mismatch", "tls.not_yet_valid", "tls.untrusted", "dns.resolver_broken", "dns.name_unknown"],
        "the endpoint answers well now");

    public void Examine(CheckContext context)
    {
        foreach (var output in context.Outputs("net.tcp"))
        {
            Tcp(context, output);
        }

        foreach (var output in context.Outputs("net.http"))
        {
            Http(context, output);
        }

        foreach (var output in context.Outputs("net.tls"))
        {
            Tls(context, output);
        }

        foreach (var output in context.Outputs("net.dns"))
        {
            Dns(context, output);
        }
    }

    private static void Tcp(CheckContext context, StoredOutput output)
    {
        var endpoint = Entities.Endpoint($"{output.Arguments["host"]}:{output.Arguments["port"]}");
        var lines = Lines(output).Where(l => l.StartsWith("tcp ", StringComparison.Ordinal)).ToList();
        var bad = lines.Find(l => Silent().IsMatch(l));
        var open = lines.Find(l => l.Contains(" open after", StringComparison.Ordinal) || l.Contains(" open at ", StringComparison.Ordinal));
        if (open is not null)
        {
            context.Found(output, endpoint, "net.tcp", open, $"{endpoint.Name} accepts connections", Currency.Now, [new Bearing("dependency.unreachable", endpoint, -3, true), new Bearing("service.unreachable", endpoint, -2, true)]);
            // It takes the connection and yet its callers wait in vain: the kernel answers, the program does not.
            var waiting = context.Evidence.Find(e => e.Currency == Currency.Now && e.Entity == endpoint && e.Family == "log.dependency.unreachable" && e.Quote.Contains("timed out", StringComparison.OrdinalIgnoreCase));
            if (waiting is not null)
            {
                var owner = context.Relations.Where(r => r.From == endpoint && r.To.Kind is EntityKind.Service or EntityKind.Container).Select(r => r.To).FirstOrDefault() ?? endpoint;
                context.Found(output, owner, "net.silent", open, $"{endpoint.Name} accepts connections, but its callers wait in vain", Currency.Now, [new Bearing("service.hung", owner, 4)]);
            }

            if (context.Reading.Names(endpoint.Name))
            {
                context.Rechecked(output, Symptom.Down | Symptom.Network, endpoint, false, open, $"{endpoint.Name} accepts connections now", 3);
            }
        }
        else if (bad is not null)
        {
            Unreachable(context, output, endpoint, bad, bad.Contains("refused", StringComparison.Ordinal) ? "refuses connections" : "does not answer");
        }
    }

    private static void Http(CheckContext context, StoredOutput output)
    {
        if (!Uri.TryCreate(output.Arguments["url"], UriKind.Absolute, out var url))
        {
            return;
        }

        var endpoint = Entities.Endpoint($"{url.Host}:{url.Port}");
        var lines = Lines(output);
        var last = lines.LastOrDefault(l => l.StartsWith("http GET ", StringComparison.Ordinal));
        if (last is null)
        {
            return;
        }

        var named = context.Reading.Names(endpoint.Name) || context.Relations.Any(r => r.From == endpoint && context.Reading.Names(r.To.Name));
        if (HttpStatus().Match(last) is { Success: true } match)
        {
            var status = int.Parse(match.Groups["status"].Value);
            var ms = double.TryParse(match.Groups["ms"].Value, out var value) ? value : 0;
            if (status >= 500)
            {
                var body = lines.FirstOrDefault(l => l.StartsWith("| ", StringComparison.Ordinal));
                context.Found(output, endpoint, "net.http", last, $"{url} answers {status}" + (body is null ? "" : $": {SafeText.Line(body[2..], 120)}"), Currency.Now, [new Bearing("service.unreachable", endpoint, 2)]);
                if (named)
                {
                    context.Rechecked(output, Symptom.Down | Symptom.Errors | Symptom.Latency, endpoint, true, last, $"{url} answers {status} now");
                }
            }
            else if (status < 400)
            {
                context.Found(output, endpoint, "net.http", last, $"{url} answers {status} in {ms:0} ms", Currency.Now, [new Bearing("dependency.unreachable", endpoint, -3, true), new Bearing("service.unreachable", endpoint, -3, true)]);
                if (named)
                {
                    context.Rechecked(output, Symptom.Down | Symptom.Errors | (ms < 500 ? Symptom.Latency : Symptom.None), endpoint, false, last, $"{url} answers {status} in {ms:0} ms now", url.AbsolutePath.Length > 1 || context.Reading.Urls.Contains(url.ToString()) ? 4 : 3);
                }
            }
        }
        else if (last.Contains("timed out (no reply)", StringComparison.Ordinal))
        {
            var owner = context.Relations.Where(r => r.From == endpoint && r.Kind == RelationKind.DependsOn).Select(r => r.To).FirstOrDefault() ?? endpoint;
            context.Found(output, owner, "net.http", last, $"{url} takes the connection but does not answer", Currency.Now, [new Bearing("service.hung", owner, 3)]);
            context.Rechecked(output, Symptom.Down | Symptom.Errors | Symptom.Latency, endpoint, true, last, $"{url} does not answer now");
        }
        else if (Silent().IsMatch(last))
        {
            Unreachable(context, output, endpoint, last, "does not answer");
        }
    }

    private static void Unreachable(CheckContext context, StoredOutput output, Entity endpoint, string line, string how)
    {
        // A port somebody depends on is a dependency; one that only the alert names is the symptom itself.
        if (line.Contains("name is not known", StringComparison.Ordinal))
        {
            var host = new Entity(EntityKind.Endpoint, endpoint.Name[..endpoint.Name.LastIndexOf(':')]);
            context.Relate(endpoint, host, RelationKind.DependsOn);
            context.Found(output, host, "dns.name", line, $"{host.Name} has no address", Currency.Now, [new Bearing("dns.name_unknown", host, 3)]);
        }

        var needed = context.Relations.Any(r => r.To == endpoint && r.Kind == RelationKind.DependsOn);
        var fault = needed ? "dependency.unreachable" : "service.unreachable";
        context.Found(output, endpoint, "net.tcp", line, $"{endpoint.Name} {how} now", Currency.Now, [new Bearing(fault, endpoint, 3.5)]);
        if (context.Reading.Names(endpoint.Name) || context.Relations.Any(r => r.From == endpoint && context.Reading.Names(r.To.Name)))
        {
            context.Rechecked(output, Symptom.Down | Symptom.Network | Symptom.Errors | Symptom.Latency, endpoint, true, line, $"{endpoint.Name} {how} now");
        }
    }

    private static void Tls(CheckContext context, StoredOutput output)
    {
        var endpoint = Entities.Endpoint($"{output.Arguments["host"]}:{output.Arguments["port"]}");
        var lines = Lines(output);
        var verdict = lines.FirstOrDefault(l => l.StartsWith("verification ", StringComparison.Ordinal));
        var expired = lines.FirstOrDefault(l => Expired().IsMatch(l));
        if (expired is not null)
        {
            context.Found(output, endpoint, "tls.date", expired, $"the certificate of {endpoint.Name} has {expired}", Currency.Now, [new Bearing("tls.certificate_expired", endpoint, 4)]);
            context.Rechecked(output, Symptom.Certificate, endpoint, true, expired, $"the certificate of {endpoint.Name} has {expired}");
        }
        else if (lines.FirstOrDefault(l => DaysLeft().IsMatch(l)) is { } left)
        {
            var days = double.Parse(DaysLeft().Match(left).Groups["days"].Value, System.Globalization.CultureInfo.InvariantCulture);
            var soon = days < 14;
            context.Found(output, endpoint, "tls.date", left, $"the certificate of {endpoint.Name} is valid for {days:0} more days", Currency.Now, [new Bearing("tls.certificate_expired", endpoint, -3, true), new Bearing("tls.certificate_expiring", endpoint, soon ? 3.5 : -3, !soon)]);
            if (verdict?.Contains("is not for", StringComparison.Ordinal) != true)
            {
                context.Rechecked(output, Symptom.Certificate, endpoint, soon, left, $"the certificate of {endpoint.Name} is valid for {days:0} more days");
            }
        }

        if (lines.FirstOrDefault(l => l.StartsWith("not valid before", StringComparison.Ordinal)) is { } early)
        {
            context.Found(output, endpoint, "tls.date", early, $"the certificate of {endpoint.Name} is {early}", Currency.Now, [new Bearing("tls.not_yet_valid", endpoint, 4)]);
            context.Rechecked(output, Symptom.Certificate, endpoint, true, early, $"the certificate of {endpoint.Name} is {early}");
        }

        if (verdict is null)
        {
            return;
        }

        var otherName = verdict.Contains("is not for", StringComparison.Ordinal);
        var untrusted = Untrusted().IsMatch(verdict);
        if (otherName)
        {
            context.Found(output, endpoint, "tls.name", verdict, $"the certificate of {endpoint.Name} is for another name", Currency.Now, [new Bearing("tls.name_mismatch", endpoint, expired is null ? 4 : 2)]);
            context.Rechecked(output, Symptom.Certificate, endpoint, true, verdict, $"the certificate of {endpoint.Name} is for another name");
        }
        else if (expired is null)
        {
            context.Found(output, endpoint, "tls.name", verdict, $"the certificate of {endpoint.Name} is for the name that was asked for", Currency.Now, [new Bearing("tls.name_mismatch", endpoint, -2, true)]);
        }

        if (untrusted)
        {
            // Many inner services are signed by an authority only their clients know; by itself this says little.
            context.Found(output, endpoint, "tls.trust", verdict, $"this machine does not trust the certificate of {endpoint.Name}", Currency.Now, [new Bearing("tls.untrusted", endpoint, 1.5)]);
        }
        else if (!otherName && expired is null)
        {
            context.Found(output, endpoint, "tls.trust", verdict, $"this machine trusts the certificate of {endpoint.Name}", Currency.Now, [new Bearing("tls.untrusted", endpoint, -3, true)]);
        }
    }

    private static void Dns(CheckContext context, StoredOutput output)
    {
        var name = new Entity(EntityKind.Endpoint, output.Arguments["name"]);
        var lines = Lines(output);
        var servers = lines.Select(l => ServerAnswer().Match(l)).Where(m => m.Success).ToList();
        var final = lines.FirstOrDefault(l => l.StartsWith("getaddrinfo ", StringComparison.Ordinal));
        var works = final is not null && !final.Contains(": failed", StringComparison.Ordinal);
        foreach (var group in servers.GroupBy(m => m.Groups["server"].Value, StringComparer.Ordinal))
        {
            var resolver = new Entity(EntityKind.Resolver, group.Key);
            var broken = group.Where(m => BrokenAnswer().IsMatch(m.Groups["answer"].Value)).ToList();
            if (broken.Count == group.Count())
            {
                context.Relate(context.Host, resolver, RelationKind.DependsOn);
                context.Found(output, resolver, "dns.server", broken[0].Value, $"the name server {group.Key} says: {broken[0].Groups["answer"].Value}", Currency.Now, [new Bearing("dns.resolver_broken", resolver, works ? 1.5 : 4)]);
            }
            else
            {
                var good = group.First(m => !BrokenAnswer().IsMatch(m.Groups["answer"].Value));
                context.Found(output, resolver, "dns.server", good.Value, $"the name server {group.Key} answers", Currency.Now, [new Bearing("dns.resolver_broken", resolver, -3, true)]);
            }
        }

        if (final is null)
        {
            return;
        }

        var unknown = servers.Find(m => m.Groups["answer"].Value.Contains("NXDOMAIN", StringComparison.Ordinal));
        if (!works && unknown is not null)
        {
            context.Found(output, name, "dns.name", unknown.Value, $"the name server says there is no {name.Name}", Currency.Now, [new Bearing("dns.name_unknown", name, 4)]);
        }
        else if (works)
        {
            context.Found(output, name, "dns.name", final, $"{name.Name} resolves", Currency.Now, [new Bearing("dns.name_unknown", name, -3, true)]);
        }

        context.Rechecked(output, Symptom.Dns, name, !works, final, works ? $"{name.Name} resolves now" : $"{name.Name} does not resolve now");
    }

    private static List<string> Lines(StoredOutput output) => [.. output.Text.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0)];

    [GeneratedRegex(@"refused \(|timed out|no route to host|unreachable \(|reset by|closed the connection|name is not known|host is down")]
    private static partial Regex Silent();

    [GeneratedRegex(@": (?<status>\d{3})\b.*first byte after (?<ms>[\d.]+) ms|: (?<status>\d{3})\b")]
    private static partial Regex HttpStatus();

    [GeneratedRegex(@"not trusted|chain is not complete|signature is wrong")]
    private static partial Regex Untrusted();

    [GeneratedRegex(@"^expired [\d.]+ days ago")]
    private static partial Regex Expired();

    [GeneratedRegex(@"^days left (?<days>[\d.]+)")]
    private static partial Regex DaysLeft();

    [GeneratedRegex(@"^server (?<server>\S+) (A|AAAA) \S+: (?<answer>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex ServerAnswer();

    [GeneratedRegex(@"timed out|refused \(|unreachable|no route|SERVFAIL|REFUSED|no DNS")]
    private static partial Regex BrokenAnswer();
}

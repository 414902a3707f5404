using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>What the error logs of a workload say in words that stand for one cause.</summary>
public sealed partial class AppLogCheck : ICheck
{
    private static readonly (Regex Pattern, string Fault, double Weight, string Why, bool AtDatabase)[] Signatures =
    [
        (Denied(), "k8s.db_credentials", 4, "its database refuses its user or password", false),
        (Unreached(), "k8s.db_port", 2.5, "it does not reach its database", false),
        (PortTaken(), "k8s.sidecar_port_conflict", 4, "its port is taken by another container of the pod", false),
        (ReadOnly(), "k8s.db_read_only", 4.5, "its database takes no writes", true),
        (TooMany(), "k8s.db_connections_exhausted", 4.5, "its database has no connection left", true),
        (FileDenied(), "k8s.volume_permission", 3.5, "it may not write to its files", false),
    ];

    public CheckInfo Info { get; } = new(
        "k8s.app_log",
        [KubeTools.ErrorLogs],
        "Error messages that stand for one cause: refused credentials, an unreachable or read-only database, a port in use, a denied file, a name or address that fails.",
        [.. Signatures.Select(s => s.Fault), "k8s.env_address", "k8s.service_port", "k8s.dns_failure"],
        "the workload is ready now");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var (output, app) in view.Logs())
        {
            foreach (var (pattern, fault, weight, why, atDatabase) in Signatures)
            {
                if (pattern.Match(output.Text) is { Success: true } match)
                {
                    var at = atDatabase ? DatabaseOf(context, view, app) : ClusterView.App(app);
                    if (at is not null)
                    {
                        context.Tell(output, at, "k8s.app_log", match.Value, $"the log of {app} says {why}", fault, weight);
                    }
                }
            }

            Addresses(context, view, output, app);
        }
    }

    /// <summary>What calls fail on: an address of a service, or a name that is none.</summary>
    private static void Addresses(CheckContext context, ClusterView view, StoredOutput output, string app)
    {
        var byAddress = view.Rows("services").Where(s => s["CLUSTER-IP"].Length > 4).GroupBy(s => s["CLUSTER-IP"], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Name, StringComparer.Ordinal);
        var services = view.Rows("services").Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var failed in DialFailed().Matches(output.Text).DistinctBy(m => m.Groups["target"].Value, StringComparer.Ordinal).Take(3))
        {
            var host = failed.Groups["host"].Value.Split('.')[0];
            var service = services.Contains(host) ? host : byAddress.GetValueOrDefault(failed.Groups["host"].Value);
            if (service is null)
            {
                continue;
            }

            var ports = view.Rows("services").First(s => s.Name == service)["PORT(S)"];
            if (!OpenPorts().Matches(ports).Any(p => p.Groups["port"].Value == failed.Groups["port"].Value))
            {
                WrongPort(context, output, app, service, failed);
            }
            else if (view.IsUnready(service) == false)
            {
                context.Look(KubeTools.Yaml(service), $"{app} is refused by the service {service}", 0.93);
            }
        }

        foreach (var name in LookupFailed().Matches(output.Text).Select(m => m.Groups["name"].Value.Split('.')[0]).Distinct(StringComparer.Ordinal).Take(3))
        {
            if (view.Listed("services") && !services.Contains(name))
            {
                if (view.WorkloadNames.Contains(name))
                {
                    continue;
                }

                var line = output.Text.Contains("lookup " + name, StringComparison.Ordinal) ? "lookup " + name : name;
                context.Tell(output, ClusterView.App(app), "k8s.app_log", line, $"{app} looks for {name}, which is no service", "k8s.env_address", 1.5);
                context.Look(KubeTools.Yaml(app), $"why {app} looks for {name}", 0.95);
                var meant = services.FirstOrDefault(s => name.Contains(s, StringComparison.Ordinal));
                if (meant is not null && meant != app)
                {
                    context.Look(ToolCall.With(KubeTools.Dependencies, ("service", meant)), $"who calls {meant}", 0.94);
                }
            }
        }
    }

    /// <summary>A call to a port the service does not have: whoever makes it was told a wrong address, which may be somebody the app relays.</summary>
    private static void WrongPort(CheckContext context, StoredOutput output, string app, string service, Match failed)
    {
        var graph = CallGraph.Of(context);
        var callers = graph.Callers(service).ToList();
        if (callers.Count == 0 || callers.Contains(app))
        {
            context.Tell(output, ClusterView.App(app), "k8s.app_log", failed.Value, $"{app} speaks of calls to {service} on port {failed.Groups["port"].Value}, which it does not have", "k8s.env_address", 1.5);
            context.Look(KubeTools.Yaml(app), $"which address of {service} {app} is given", failed.Value.StartsWith("dial", StringComparison.Ordinal) ? 0.97 : 0.9);
        }

        context.Look(ToolCall.With(KubeTools.Dependencies, ("service", service)), $"who calls {service}", 0.94);
        foreach (var caller in callers.Take(3))
        {
            context.Look(KubeTools.Yaml(caller), $"which address of {service} {caller} is given", 0.95);
        }
    }

    /// <summary>The database an app uses, by the host in its configuration; asks for that configuration first.</summary>
    private static Entity? DatabaseOf(CheckContext context, ClusterView view, string app)
    {
        var manifest = view.Manifests().FirstOrDefault(m => m.App == app);
        if (manifest.Documents is null)
        {
            context.Look(KubeTools.Yaml(app), $"which database {app} uses", 0.98);
            return null;
        }

        var host = manifest.Documents.SelectMany(d => d.All()).SelectMany(v => v.Map).Where(m => HostKey().IsMatch(m.Key) && m.Value.Text.Length > 0).Select(m => m.Value.Text).FirstOrDefault() ?? "";
        var workload = view.WorkloadNames.Concat(view.Pods.Select(p => p.App)).Where(w => host == w || host.StartsWith(w + "-", StringComparison.Ordinal)).OrderByDescending(w => w.Length).FirstOrDefault();
        return ClusterView.App(workload ?? (host.Length > 0 ? host : app));
    }

    [GeneratedRegex(@"Access denied for user '[^']*'[^""\\\n]*|password authentication failed for user|Authentication failed\.?[^""\\\n]{0,40}mongo|WRONGPASS[^""\\\n]*|NOAUTH Authentication required")]
    private static partial Regex Denied();

    [GeneratedRegex(@"Communications link failure|Connection to [A-Za-z0-9.-]+:[0-9]+ refused|could not connect to server: Connection refused|Can't connect to MySQL server")]
    private static partial Regex Unreached();

    [GeneratedRegex(@"Port [0-9]+ (was|is) already in use|PortInUseException|[Aa]ddress already in use|EADDRINUSE|java\.net\.BindException")]
    private static partial Regex PortTaken();

    [GeneratedRegex(@"running with the --(super-)?read-only option|cannot execute [A-Z]+ in a read-only transaction|READONLY You can't write against a read only replica|SQL Error: 1290")]
    private static partial Regex ReadOnly();

    [GeneratedRegex(@"Too many connections|too many clients already|max number of clients reached|Data source rejected establishment of connection|SQL Error: 1040")]
    private static partial Regex TooMany();

    [GeneratedRegex(@"Can't open (or create )?[^""\\\n]{0,60}Permission denied|[Pp]ermission denied[^""\\\n]{0,60}|Can't chdir to [^""\\\n]{0,80}|EACCES[^""\\\n]{0,60}")]
    private static partial Regex FileDenied();

    [GeneratedRegex(@"dial tcp (?<target>(?<host>[0-9.]+):(?<port>[0-9]+)): (connect: connection refused|i/o timeout|connect: no route)|UnableToConnect on (?<target>(?<host>[A-Za-z0-9.-]+):(?<port>[0-9]+))|ECONNREFUSED (?<target>(?<host>[A-Za-z0-9.-]+):(?<port>[0-9]+))", RegexOptions.ExplicitCapture)]
    private static partial Regex DialFailed();

    [GeneratedRegex(@"(?<port>[0-9]+)(:[0-9]+)?/[A-Z]+", RegexOptions.ExplicitCapture)]
    private static partial Regex OpenPorts();

    [GeneratedRegex(@"lookup (?<name>[A-Za-z0-9.-]+)( on [0-9.:]+)?: no such host|UnknownHostException: (?<name>[A-Za-z0-9.-]+)|UnableToConnect on (?<name>[A-Za-z0-9.-]+):|getaddrinfo (ENOTFOUND|EAI_AGAIN) (?<name>[A-Za-z0-9.-]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex LookupFailed();

    [GeneratedRegex(@"(MYSQL|DB|DATABASE|POSTGRES|PG|MONGO|REDIS).*HOST$", RegexOptions.IgnoreCase)]
    private static partial Regex HostKey();
}

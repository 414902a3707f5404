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
        (PoolEmpty(), "k8s.db_connections_exhausted", 2.5, "it waits in vain for a connection to its database", true),
        (StoreFails(), KubernetesFaults.Failing, 2.5, "what it asks of its database fails", true),
        (FileDenied(), "k8s.volume_permission", 3.5, "it may not write to its files", false),
    ];

    public CheckInfo Info { get; } = new(
        "k8s.app_log",
        [KubeTools.ErrorLogs],
        "Error messages that stand for one cause: refused credentials, an unreachable or read-only database, a port in use, a denied file, a name or address that fails.",
        [.. Signatures.Select(s => s.Fault), "k8s.env_address", "k8s.service_port", "k8s.dns_failure", KubernetesFaults.Failing],
        "the workload is ready now");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var (output, app) in view.Logs())
        {
            var log = Parsed<Reading>.Of(output, Reading.Of);
            foreach (var (index, quote) in log.Signed)
            {
                var (_, fault, weight, why, atDatabase) = Signatures[index];
                var at = atDatabase ? DatabaseOf(context, view, app) : ClusterView.App(app);
                if (at is not null)
                {
                    context.Tell(output, at, "k8s.app_log", quote, $"the log of {app} says {why}", fault, weight);
                }
            }

            Addresses(context, view, output, app, log);
        }
    }

    /// <summary>What calls fail on: an address of a service, or a name that is none.</summary>
    private static void Addresses(CheckContext context, ClusterView view, StoredOutput output, string app, Reading log)
    {
        var byAddress = view.Rows("services").Where(s => s["CLUSTER-IP"].Length > 4).GroupBy(s => s["CLUSTER-IP"], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Name, StringComparer.Ordinal);
        var services = view.Rows("services").Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var failed in log.Dials)
        {
            var host = failed.Groups["host"].Value.Split('.')[0];
            var service = services.Contains(host) ? host : byAddress.GetValueOrDefault(failed.Groups["host"].Value);
            if (service is null)
            {
                continue;
            }

            context.Tell(output, ClusterView.App(service), "k8s.refused", failed.Value, $"{app} does not reach {service}", KubernetesFaults.Failing, 2.5);
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

        foreach (var failed in log.Lookups)
        {
            var name = failed.Groups["name"].Value.Split('.')[0];
            if (services.Contains(name) && !failed.Value.StartsWith("UnableToConnect", StringComparison.Ordinal))
            {
                Unresolved(context, output, app, name, failed);
                continue;
            }

            if (view.Listed("services") && !services.Contains(name))
            {
                if (view.WorkloadNames.Contains(name))
                {
                    continue;
                }

                var line = output.Text.Contains("lookup " + name, StringComparison.Ordinal) ? "lookup " + name : name;
                context.Tell(output, ClusterView.App(app), "k8s.app_log", line, $"{app} looks for {name}, which is no service", Currency.Now, (KubernetesFaults.Failing, 2), ("k8s.env_address", 1.5));
                context.Look(KubeTools.Yaml(app), $"why {app} looks for {name}", 0.95);
                var meant = services.FirstOrDefault(s => name.Contains(s, StringComparison.Ordinal));
                if (meant is not null && meant != app)
                {
                    context.Look(ToolCall.With(KubeTools.Dependencies, ("service", meant)), $"who calls {meant}", 0.94);
                }
            }
        }
    }

    /// <summary>
    /// The name of a service that is there does not resolve: whoever asks has no working DNS, which may be somebody the app
    /// relays. Names fail to resolve while a cluster starts and behind a broken node as well, so it decides nothing alone.
    /// </summary>
    private static void Unresolved(CheckContext context, StoredOutput output, string app, string service, Match failed)
    {
        if (IsPassing(output.Text, failed.Index))
        {
            return;
        }

        var callers = CallGraph.Of(context).Callers(service).ToList();
        var asks = callers.Count == 0 || callers.Contains(app) ? app : callers[0];
        context.Tell(output, ClusterView.App(asks), "k8s.dns", failed.Value, $"{app} speaks of the name {service}, which does not resolve though there is such a service", "k8s.dns_failure", Unanswered().IsMatch(failed.Value) ? 1.2 : 1.5);
        context.Look(KubeTools.Yaml(asks), $"which DNS {asks} uses", 0.9);
    }

    /// <summary>Whether a counted pattern is so rare beside the others that it was a moment, such as the start.</summary>
    private static bool IsPassing(string text, int at)
    {
        var counts = Counted().Matches(text).Select(m => (m.Index, Count: double.Parse(m.Groups["count"].ValueSpan))).ToList();
        var own = counts.LastOrDefault(c => c.Index <= at).Count;
        return own > 0 && (own < 5 || own < 0.2 * counts.Max(c => c.Count));
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
        var workload = view.WorkloadNames.Concat(view.Pods.Select(p => p.App)).Where(w => host == w || (w != app && host.StartsWith(w + "-", StringComparison.Ordinal))).OrderByDescending(w => w.Length).FirstOrDefault();
        return ClusterView.App(workload ?? (host.Length > 0 ? host : app));
    }

    /// <summary>What one log says, read once.</summary>
    /// <param name="Signed">Indices of signatures with the words that match.</param>
    /// <param name="Dials">The first failed calls to different targets.</param>
    /// <param name="Lookups">The first failed look-ups of different names.</param>
    private sealed record Reading(IReadOnlyList<(int Signature, string Quote)> Signed, IReadOnlyList<Match> Dials, IReadOnlyList<Match> Lookups)
    {
        public static Reading Of(string text)
        {
            List<(int, string)> signed = [];
            foreach (var (index, signature) in Signatures.Index())
            {
                if (signature.Pattern.Match(text) is { Success: true } match)
                {
                    signed.Add((index, match.Value));
                }
            }

            // This one begins with any word, so it is run only where its end stands.
            var named = text.Contains("name resolution", StringComparison.Ordinal) || text.Contains("service not known", StringComparison.Ordinal) ? NameUnknown().Matches(text).AsEnumerable() : [];
            return new Reading(
                signed,
                [.. DialFailed().Matches(text).DistinctBy(m => m.Groups["target"].Value, StringComparer.Ordinal).Take(3)],
                [.. LookupFailed().Matches(text).Concat(named).DistinctBy(m => m.Groups["name"].Value.Split('.')[0], StringComparer.Ordinal).Take(3)]);
        }
    }

    [GeneratedRegex(@"Access denied for user '[^']*'[^""\\\n]*|password authentication failed for user|Authentication failed\.?[^""\\\n]{0,40}mongo|WRONGPASS[^""\\\n]*|NOAUTH Authentication required")]
    private static partial Regex Denied();

    [GeneratedRegex(@"Communications link failure|Connection to [A-Za-z0-9.-]+:[0-9]+ refused|could not connect to server: Connection refused|Can't connect to MySQL server")]
    private static partial Regex Unreached();

    [GeneratedRegex(@"Port [0-9]+ (was|is) already in use|PortInUseException|[Aa]ddress already in use|EADDRINUSE|java\.net\.BindException")]
    private static partial Regex PortTaken();

    [GeneratedRegex(@"running with the --(super-)?read-only option|cannot execute [A-Z]+ in a read-only transaction|READONLY You can't write against a read only replica|SQL Error: 1290")]
    private static partial Regex ReadOnly();

    [GeneratedRegex(@"[Tt]oo many connections|too many clients already|remaining connection slots are reserved|max number of clients reached|max_user_connections|too many open connections|connection limit exceeded for|Data source rejected establishment of connection|SQL Error: 1040")]
    private static partial Regex TooMany();

    /// <summary>The pool of the client is empty; that may be the client's own doing.</summary>
    [GeneratedRegex(@"Connection is not available, request timed out after|Unable to acquire JDBC Connection|QueuePool limit of size|pool timed out while waiting for an open connection|Timeout acquiring a connection")]
    private static partial Regex PoolEmpty();

    [GeneratedRegex(@"java\.sql\.SQL[A-Za-z]*Exception[^""\\\n]{0,80}|SQL Error: [0-9]+|could not execute statement|PSQLException[^""\\\n]{0,80}|psycopg2?\.[A-Za-z.]*Error|MongoServerError|pymysql\.err\.[A-Za-z]+")]
    private static partial Regex StoreFails();

    [GeneratedRegex(@"Can't open (or create )?[^""\\\n]{0,60}Permission denied|[Pp]ermission denied[^""\\\n]{0,60}|Can't chdir to [^""\\\n]{0,80}|EACCES[^""\\\n]{0,60}")]
    private static partial Regex FileDenied();

    [GeneratedRegex(@"dial tcp (?<target>(?<host>[0-9.]+):(?<port>[0-9]+)): (connect: connection refused|i/o timeout|connect: no route)|UnableToConnect on (?<target>(?<host>[A-Za-z0-9.-]+):(?<port>[0-9]+))|ECONNREFUSED (?<target>(?<host>[A-Za-z0-9.-]+):(?<port>[0-9]+))", RegexOptions.ExplicitCapture)]
    private static partial Regex DialFailed();

    [GeneratedRegex(@"(?<port>[0-9]+)(:[0-9]+)?/[A-Z]+", RegexOptions.ExplicitCapture)]
    private static partial Regex OpenPorts();

    [GeneratedRegex(@"lookup (?<name>[A-Za-z0-9.-]+)( on [0-9.:\[\]a-f]+)?: (no such host|server misbehaving|read udp [^:]*:[0-9]+->[^:]*:[0-9]+: |dial udp |i/o timeout|Temporary failure)|Could not resolve host: (?<name>[A-Za-z0-9.-]+)|resolution failed for (target )?(dns:/*)?(?<name>[A-Za-z0-9.-]+)|UnknownHostException: (?<name>[A-Za-z0-9.-]+)|UnableToConnect on (?<name>[A-Za-z0-9.-]+):|getaddrinfo (ENOTFOUND|EAI_AGAIN) (?<name>[A-Za-z0-9.-]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex LookupFailed();

    [GeneratedRegex(@"""count"": (?<count>[0-9]{1,9})|^(?<count>[0-9]{1,9}) x ", RegexOptions.Multiline)]
    private static partial Regex Counted();

    /// <summary>The resolver is not reached: as well the network between as the resolver.</summary>
    [GeneratedRegex(@"read udp|dial udp|i/o timeout|Temporary failure|EAI_AGAIN")]
    private static partial Regex Unanswered();

    [GeneratedRegex(@"(?<name>[A-Za-z0-9.-]+): (Temporary failure in name resolution|Name or service not known)", RegexOptions.ExplicitCapture)]
    private static partial Regex NameUnknown();

    [GeneratedRegex(@"(MYSQL|DB|DATABASE|POSTGRES|PG|MONGO|REDIS).*HOST$", RegexOptions.IgnoreCase)]
    private static partial Regex HostKey();
}

using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Addresses in the environment and secrets of a workload that lead nowhere; DNS settings that cannot work.</summary>
public sealed partial class AddressCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.address",
        [KubeTools.AppYaml, KubeTools.Resources],
        "An address in the environment that names no service of the cluster but nearly does, or the wrong port of one; a HOST and PORT pair beside the ports of that service; a DNS policy that bypasses the cluster's.",
        ["k8s.env_address", "k8s.db_port", "k8s.dns_failure"],
        "a service of that name and port");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        if (!view.Listed("services"))
        {
            if (view.Manifests().Any())
            {
                context.Look(KubeTools.List("services"), "which services the configured addresses could mean", 0.9);
            }

            return;
        }

        var services = view.Rows("services").GroupBy(s => s.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => Ports(g.First()["PORT(S)"]), StringComparer.Ordinal);
        foreach (var (output, name, documents) in view.Manifests())
        {
            var app = ClusterView.App(name);
            foreach (var value in documents.SelectMany(d => d.All()).Where(v => v["value"].Exists))
            {
                Address(context, view, services, output, app, value["value"]);
            }

            foreach (var secret in documents.Where(d => d["kind"].Text is "Secret" or "ConfigMap"))
            {
                Pair(context, services, output, app, secret);
            }

            foreach (var spec in documents.Select(d => d["spec"]["template"]["spec"]).Where(s => s.Exists))
            {
                var policy = spec["dnsPolicy"];
                if (policy.Text is "None" or "Default" && spec["hostNetwork"].Text != "true")
                {
                    context.Tell(output, app, "k8s.dns", policy.Line, $"{name} does not use the DNS of the cluster: dnsPolicy {policy.Text}", "k8s.dns_failure", 4);
                }
            }
        }
    }

    private static void Address(CheckContext context, ClusterView view, Dictionary<string, HashSet<string>> services, StoredOutput output, Entity app, KubeYaml value)
    {
        if (HostPort().Match(value.Text) is not { Success: true } match || value.Line.Length == 0)
        {
            return;
        }

        var host = match.Groups["host"].Value.Split('.')[0];
        var port = match.Groups["port"].Value;
        if (services.TryGetValue(host, out var ports))
        {
            if (port.Length > 0 && ports.Count > 0 && !ports.Contains(port))
            {
                context.Tell(output, app, "k8s.address", value.Line, $"{app.Name} is told to call {host} on {port}, but its service has {string.Join(", ", ports)}", "k8s.env_address", 4);
            }

            return;
        }

        // An address of something that never existed here hurts nobody; one that nearly names a service is a slip.
        var meant = services.Keys.FirstOrDefault(s => Near(s, host));
        var complained = view.Logs().Any(l => l.Output.Text.Contains(host, StringComparison.Ordinal));
        if (meant is not null || complained)
        {
            context.Tell(output, app, "k8s.address", value.Line, $"{app.Name} is told to call {host}, and there is no such service{(meant is null ? "" : $", only {meant}")}", "k8s.env_address", meant is null ? 2.5 : 4);
        }
    }

    private static void Pair(CheckContext context, Dictionary<string, HashSet<string>> services, StoredOutput output, Entity app, KubeYaml secret)
    {
        var data = secret["stringData"].Exists ? secret["stringData"] : secret["data"];
        foreach (var (key, port) in data.Map.Where(m => m.Key.EndsWith("PORT", StringComparison.OrdinalIgnoreCase)))
        {
            var host = data[key[..^4] + "HOST"].Text;
            if (services.TryGetValue(host, out var ports) && ports.Count > 0 && port.Text.Length > 0 && port.Text.All(char.IsAsciiDigit) && port.Line.Length > 0)
            {
                var right = ports.Contains(port.Text);
                context.Tell(output, app, "k8s.address", port.Line, $"{app.Name} looks for {host} on port {port.Text}; its service has {string.Join(", ", ports)}", "k8s.db_port", right ? -2.5 : 4);
            }
        }
    }

    private static bool Near(string known, string given) =>
        known != given && (given.Contains(known, StringComparison.Ordinal) || known.Contains(given, StringComparison.Ordinal) || Distance(known, given) <= 2);

    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2)
        {
            return 3;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), corner + (a[i - 1] == b[j - 1] ? 0 : 1));
                (corner, row[j]) = (row[j], next);
            }
        }

        return row[b.Length];
    }

    private static HashSet<string> Ports(string text) => [.. PortNumber().Matches(text).Select(m => m.Groups["port"].Value)];

    [GeneratedRegex(@"^([a-z+]+://)?(?<host>[a-z][a-z0-9-]*[a-z0-9](\.[a-z0-9.-]+)?):(?<port>[0-9]{2,5})(/.*)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex HostPort();

    [GeneratedRegex(@"(?<port>[0-9]+)(:[0-9]+)?/[A-Z]+", RegexOptions.ExplicitCapture)]
    private static partial Regex PortNumber();
}

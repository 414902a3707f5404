using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Routes of a gateway that send the requests for one service to another.</summary>
public sealed partial class GatewayRouteCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.gateway_route",
        [KubeTools.AppYaml],
        "A route whose name and path speak of one service of the cluster while its target is another, or none.",
        ["k8s.gateway_route"],
        "name, path and target agree");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var (output, _, documents) in view.Manifests())
        {
            foreach (var text in documents.Where(d => d["kind"].Text == "ConfigMap").SelectMany(d => d["data"].Map.Values).Select(v => v.Text).Where(t => t.Contains("uri:", StringComparison.Ordinal)))
            {
                var routes = KubeYaml.Documents(text).SelectMany(d => d.All()).Where(r => r["id"].Exists && r["uri"].Exists).ToList();
                Compare(context, view, output, routes);
            }
        }
    }

    private static void Compare(CheckContext context, ClusterView view, StoredOutput output, List<KubeYaml> routes)
    {
        var known = view.WorkloadNames.Concat(view.Rows("services").Select(s => s.Name)).ToHashSet(StringComparer.Ordinal);
        known.UnionWith(view.Pods.Select(p => p.App));
        foreach (var route in routes)
        {
            var target = Target(route["uri"].Text);
            var id = Plain(route["id"].Text);
            var meant = known.Where(k => Plain(k).Contains(id, StringComparison.Ordinal)).OrderBy(k => k.Length).FirstOrDefault();
            if (meant is null || target.Length == 0 || id.Length < 3 || (Plain(target).Contains(id, StringComparison.Ordinal) && (known.Contains(target) || !view.Listed("services"))))
            {
                continue;
            }

            // Path and name must agree on what is meant; then the target is the odd one.
            var path = Plain(string.Join(' ', route["predicates"].Items.Select(i => i.Text)));
            if (path.Contains(id, StringComparison.Ordinal))
            {
                context.Tell(output, ClusterView.App(meant), "k8s.gateway_route", route["uri"].Line, $"the gateway sends the requests for {meant} to {target}", "k8s.gateway_route", 4);
                context.Tell(output, ClusterView.App(meant), "k8s.gateway_path", route["uri"].Line, $"name and path of the route speak of {meant}, its target is {target}", "k8s.gateway_route", known.Contains(target) ? 1 : 2);
            }
        }
    }

    /// <summary>The service a route leads to: "lb://${NAME:default}" leads to the default.</summary>
    private static string Target(string uri)
    {
        var rest = uri[(uri.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0)..];
        return Variable().Match(rest) is { Success: true } variable ? variable.Groups["default"].Value : rest.Split('/')[0].Split(':')[0];
    }

    private static string Plain(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    [GeneratedRegex(@"^\$\{[^:}]*:(?<default>[^}]*)\}")]
    private static partial Regex Variable();
}

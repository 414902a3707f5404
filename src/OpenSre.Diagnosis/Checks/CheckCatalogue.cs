using System.Globalization;
using System.Text;

namespace OpenSre.Diagnostics;

/// <summary>The catalogue of checks and faults as Markdown, for docs/checks.md.</summary>
public static class CheckCatalogue
{
    public static string Markdown()
    {
        var text = new StringBuilder();
        text.Append("""
            # Checks and faults

            Generated from the code (`OPENSRE_WRITE_DOCS=1 ./test`); a test keeps it true.

            A check turns the output of tools into evidence. The weights are natural-log likelihood ratios: 4 is decisive, 2.5
            strong, 1 weak; what contradicts a fault also takes the weight out of past evidence for it.


            """);
        Checks(text, "a host", HostChecks.All);
        Checks(text, "a Kubernetes cluster", KubernetesChecks.All);
        Checks(text, "a managed database", DatabaseChecks.All);
        Checks(text, "a cloud account, beside those of clusters and databases", CloudChecks.Own);
        Checks(text, "telemetry", TelemetryChecks.All);
        Checks(text, "an AI agent", AgentChecks.All);
        text.Append("""
            ## Faults

            A deeper fault explains a shallower one of a linked entity. A state that nothing explains keeps only a part of its
            probability as the answer, more where evidence says how it came about; the rest goes to "something no check knows", at
            the same place.


            """);
        Faults(text, "a host", FaultCatalogue.All);
        Faults(text, "a Kubernetes cluster", [.. KubernetesFaults.All, .. CloudFaults.Own]);
        Faults(text, "a managed database", DatabaseFaults.All);
        Faults(text, "telemetry", TelemetryFaults.Own);
        Faults(text, "an AI agent", AgentFaults.All);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Checks(StringBuilder text, string what, IEnumerable<ICheck> checks)
    {
        text.Append($"## Checks of {what}\n\n| check | reads | evidence | speaks to | contradicted by |\n|---|---|---|---|---|\n");
        foreach (var check in checks.Select(c => c.Info))
        {
            text.Append($"| `{check.Id}` | {Codes(check.Reads)} | {check.Yields} | {Codes(check.SpeaksTo)} | {check.ContradictedBy} |\n");
        }

        text.Append('\n');
    }

    private static void Faults(StringBuilder text, string what, IEnumerable<FaultType> faults)
    {
        text.Append($"### Faults of {what}\n\n| fault | meaning | depth | keeps as the answer | shows as |\n|---|---|---|---|---|\n");
        foreach (var fault in faults)
        {
            text.Append($"| `{fault.Id}` | {string.Format(fault.Title, "…")} | {fault.Depth.ToString().ToLowerInvariant()} | {Keeps(fault)} | {fault.Causes.ToString().ToLowerInvariant()} |\n");
        }

        text.Append('\n');
    }

    private static string Keeps(FaultType fault) => fault switch
    {
        { IsOpen: true } => "no verdict",
        { Standing: null } => "all",
        { Standing: { Beneath: var tools, Told: var told, Alone: var alone } standing } => string.Join("; ",
        [
            string.Create(CultureInfo.InvariantCulture, $"{alone:0.##}") + (standing.OnlyHere ? " on this machine" : ""),
            .. told.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Value:0.##} by `{t.Key}`")),
            .. tools.Count == 0 ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"{Standing.PlaceOnly:0.##} where {(tools.Count > 1 ? "one of " : "")}{Codes(tools)} could not be read") },
        ]),
    };

    private static string Codes(IEnumerable<string> names) => string.Join(' ', names.Select(n => $"`{n}`"));
}

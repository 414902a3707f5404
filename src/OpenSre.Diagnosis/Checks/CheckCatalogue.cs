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
        Checks(text, "Checks of a host", HostChecks.All);
        text.Append('\n');
        Checks(text, "Checks of telemetry", TelemetryChecks.All);
        text.Append("\n## Faults\n\nA deeper fault explains a shallower one of a linked entity.\n\n| fault | meaning | depth | shows as |\n|---|---|---|---|\n");
        foreach (var fault in FaultCatalogue.All.Concat(TelemetryFaults.Own))
        {
            text.Append($"| `{fault.Id}` | {string.Format(fault.Title, "…")} | {fault.Depth.ToString().ToLowerInvariant()} | {fault.Causes.ToString().ToLowerInvariant()} |\n");
        }

        return text.ToString();
    }

    private static void Checks(StringBuilder text, string title, IReadOnlyList<ICheck> checks)
    {
        text.Append($"## {title}\n\n| check | reads | evidence | speaks to | contradicted by |\n|---|---|---|---|---|\n");
        foreach (var check in checks.Select(c => c.Info))
        {
            text.Append($"| `{check.Id}` | {Codes(check.Reads)} | {check.Yields} | {Codes(check.SpeaksTo)} | {check.ContradictedBy} |\n");
        }
    }

    private static string Codes(IEnumerable<string> names) => string.Join(' ', names.Select(n => $"`{n}`"));
}

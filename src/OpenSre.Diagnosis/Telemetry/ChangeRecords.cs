using System.Runtime.CompilerServices;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>A change with the lines it can be quoted by.</summary>
/// <param name="When">The line that says when it came into force.</param>
/// <param name="Diff">The output that holds its diff, once it was read.</param>
public sealed record KnownChange(Change Change, Record Commit, Record When, StoredOutput? Diff);

/// <summary>Reads changes from the outputs of <see cref="TelemetryTools.Changes"/> and <see cref="TelemetryTools.Diff"/>.</summary>
public static class ChangeRecords
{
    private const string Head = "commit ";

    /// <summary>By the newest output about changes: outputs are only ever added, so it stands for all before it.</summary>
    private static readonly ConditionalWeakTable<StoredOutput, IReadOnlyList<KnownChange>> Known = [];

    public static IReadOnlyList<KnownChange> Of(CheckContext context) =>
        (context.Outputs(TelemetryTools.Diff).LastOrDefault() ?? context.Outputs(TelemetryTools.Changes).LastOrDefault()) is { } newest ? Known.GetValue(newest, _ => [.. Read(context)]) : [];

    private static IEnumerable<KnownChange> Read(CheckContext context)
    {
        var files = context.Records(TelemetryTools.Changes, "changed").ToLookup(r => r["commit"], r => r["path"], StringComparer.Ordinal);
        var deployed = context.Records(TelemetryTools.Changes, "deployed").ToLookup(r => r["commit"], StringComparer.Ordinal);
        var diffs = Diffs(context);
        foreach (var commit in context.Records(TelemetryTools.Changes, "commit"))
        {
            if (FailureSignals.Time(commit["at"]) is not { } at)
            {
                continue;
            }

            var deployments = deployed[commit["id"]].Select(d => (Record: d, At: FailureSignals.Time(d["at"]))).Where(d => d.At is not null).OrderBy(d => d.At).ToList();
            var (diff, output) = diffs.GetValueOrDefault(commit["id"]);
            yield return new KnownChange(
                new Change(commit["id"], at, commit["text"], [.. files[commit["id"]]], diff) { Deployments = [.. deployments.Select(d => (d.At!.Value, d.Record["service"]))] },
                commit,
                deployments.Count > 0 ? deployments[0].Record : commit,
                output);
        }
    }

    /// <summary>Diffs by commit: everything after a line <c>commit ID</c> up to the next.</summary>
    private static Dictionary<string, (string Diff, StoredOutput Output)> Diffs(CheckContext context)
    {
        Dictionary<string, (string, StoredOutput)> diffs = new(StringComparer.Ordinal);
        foreach (var output in context.Outputs(TelemetryTools.Diff))
        {
            foreach (var part in ("\n" + output.Text).Split("\n" + Head, StringSplitOptions.RemoveEmptyEntries))
            {
                var end = part.IndexOf('\n', StringComparison.Ordinal);
                if (end > 0 && part[(end + 1)..].Trim().Length > 0)
                {
                    diffs[part[..end].Trim()] = (part[(end + 1)..], output);
                }
            }
        }

        return diffs;
    }
}

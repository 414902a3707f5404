using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Which commit or flag brought the failure, if any did.</summary>
public sealed class CodeChangeCheck : ICheck
{
    /// <summary>How many changes are read in full.</summary>
    private const int Diffs = 12;

    /// <summary>How many changes are weighed; the rest are said to be too far off by saying nothing.</summary>
    private const int Weighed = 8;

    /// <summary>
    /// Nearness, place, mechanism and words are not independent of each other: whoever looks for a change finds one. Their
    /// sum is taken at this part. Set by judgement, not fitted.
    /// </summary>
    private const double Doubt = 0.65;

    private static readonly TimeSpan FlagReach = TimeSpan.FromMinutes(10);

    public CheckInfo Info { get; } = new(
        "change.code",
        [TelemetryTools.Changes, TelemetryTools.Diff, TelemetryTools.Series, TelemetryTools.Logs, TelemetryTools.Patterns, TelemetryTools.Traces],
        "Changes in force before the first bad signal (not the alert), nearest first; hours count as near only for what builds up (leaks, pools, caches, volumes). A mechanism in the diff that the failure shows weighs up to 4; a change that cannot do what is seen loses 2.5; rare words shared by diff and failure weigh up to 2; where it came into force counts.",
        [TelemetryFaults.Code, TelemetryFaults.Flag],
        "the change came into force after the first bad signal");

    public void Examine(CheckContext context)
    {
        var changes = ChangeRecords.Of(context);
        if (changes.Count == 0)
        {
            return;
        }

        var signals = FailureSignals.Of(context);
        var surge = context.Evidence.Any(e => e.Bearings.Any(b => b is { FaultType: TelemetryFaults.Surge, Weight: >= 3 }));
        var signature = new FailureSignature([.. signals.Select(s => s.Signal)], surge);
        var nearness = Nearness(context, signals);
        SuggestDiffs(context, changes, signature, nearness);
        foreach (var ranked in ChangeRanker.Rank([.. changes.Select(c => c.Change)], signature, nearness).Take(Weighed))
        {
            Weigh(context, changes.First(c => c.Change.Id == ranked.Change.Id), ranked, signals, signature);
        }

        Flags(context, signature, nearness);
    }

    /// <summary>1 for services in trouble, 0.7 for those next to them, 0.1 for others.</summary>
    private static Func<string, double> Nearness(CheckContext context, IReadOnlyList<QuotedSignal> signals)
    {
        var graph = TelemetryView.Of(context).Graph;
        var troubled = signals.Where(s => s.Signal.Weight >= 0.5 && s.Signal.Service.Length > 0).Select(s => s.Signal.Service).ToHashSet(StringComparer.Ordinal);
        var neighbours = graph.Calls.Where(c => troubled.Contains(c.Caller) || troubled.Contains(c.Callee)).SelectMany(c => new[] { c.Caller, c.Callee }).ToHashSet(StringComparer.Ordinal);
        return service => troubled.Contains(service) ? 1 : neighbours.Contains(service) ? 0.7 : 0.1;
    }

    private static void SuggestDiffs(CheckContext context, IReadOnlyList<KnownChange> changes, FailureSignature signature, Func<string, double> nearness)
    {
        if (context.HasRun(TelemetryTools.Diff))
        {
            return;
        }

        var ids = ChangeRanker.Rank([.. changes.Select(c => c.Change)], signature, nearness)
            .Where(r => !Mechanisms.IsInert(r.Change) && !r.IsTooLate)
            .OrderByDescending(r => r.Change.Deployments.Count > 0).ThenByDescending(r => r.Score)
            .Take(Diffs).Select(r => r.Change.Id).ToList();
        if (ids.Count > 0)
        {
            context.Suggest(ToolCall.With(TelemetryTools.Diff, ("commits", string.Join(',', ids))), "what the changes in question do", 0.95);
        }
    }

    private static void Weigh(CheckContext context, KnownChange known, RankedChange ranked, IReadOnlyList<QuotedSignal> signals, FailureSignature signature)
    {
        var id = ranked.Change.Id;
        var short_ = id.Length > 12 ? id[..12] : id;
        var commit = new Entity(EntityKind.Commit, id);
        foreach (var (_, service) in ranked.Change.Deployments)
        {
            context.Relate(TelemetryView.Service(service), commit, RelationKind.Uses);
        }

        void Tell(StoredOutput output, string family, string quote, string claim, double weight, bool contradicts = false) =>
            context.Found(output, commit, family, quote, claim, Currency.Now, [new Bearing(TelemetryFaults.Code, commit, Doubt * weight, contradicts)]);

        var inForce = ranked.Change.InForce.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var onset = signature.Onset?.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture) ?? "?";
        Tell(known.When.Output, "change.time", known.When.Line, ranked.IsTooLate ? $"{short_} came into force at {inForce}, after the first bad signal at {onset}" : $"{short_} came into force at {inForce}; the first bad signal is of {onset}", ranked.Timing, ranked.IsTooLate);
        Tell(known.Commit.Output, "change.place", known.Commit.Line, ranked.Place > 0 ? $"{short_} is in force where the trouble is" : ranked.Change.Deployments.Count == 0 ? $"nobody says that {short_} ever came into force" : $"{short_} is in force somewhere else", ranked.Place);
        if (ranked.By is { } by && known.Diff is { } diff)
        {
            Tell(diff, "change.mechanism", by.Quote, $"{short_}: {by.What}, which can show as {Words(by.Mode)}", ranked.Mechanism);
            if (signature.Loudest(by.Mode) is { } loudest && signals.FirstOrDefault(s => s.Signal == loudest) is { Output: { } shown } quoted)
            {
                Tell(shown, "change.signal", quoted.Quote, $"{loudest.Service} shows {Words(by.Mode)}", 0.5);
            }
        }
        else
        {
            Tell(known.Commit.Output, "change.mechanism", known.Commit.Line, $"nothing in {short_} could do what is seen", ranked.Mechanism);
        }

        if (ranked.Words >= 0.3)
        {
            Tell(known.Commit.Output, "change.words", known.Commit.Line, $"{short_} and the failure share the words {string.Join(", ", ranked.Shared.Take(4))}", ranked.Words);
        }
    }

    private static void Flags(CheckContext context, FailureSignature signature, Func<string, double> nearness)
    {
        foreach (var flag in context.Records(TelemetryTools.Changes, "flag"))
        {
            if (signature.Onset is not { } onset || FailureSignals.Time(flag["at"]) is not { } at || at > onset || onset - at > FlagReach)
            {
                continue;
            }

            var entity = new Entity(EntityKind.Unknown, flag["text"]);
            context.Relate(TelemetryView.Service(flag["service"]), entity, RelationKind.Uses);
            var shared = FailureSignature.Parts(flag["text"]).Count(signature.Words.Contains);
            context.Found(flag.Output, entity, "change.time", flag.Line, $"the flag {flag["text"]} was switched {(onset - at).TotalMinutes:0} minutes before the first bad signal", Currency.Now, [new Bearing(TelemetryFaults.Flag, entity, 2 * nearness(flag["service"]) * (1 - ((onset - at) / FlagReach / 2)))]);
            if (shared > 0)
            {
                context.Found(flag.Output, entity, "change.words", flag.Line, $"the failure uses words of the flag {flag["text"]}", Currency.Now, [new Bearing(TelemetryFaults.Flag, entity, Math.Min(1.5, 0.5 * shared))]);
            }
        }
    }

    private static string Words(FailureMode mode) => mode switch
    {
        FailureMode.Pool => "an exhausted pool",
        FailureMode.Leak => "memory or handles that run out",
        FailureMode.QueryLoad => "many more queries",
        FailureMode.Database => "a slow database",
        FailureMode.Cache => "a cache that misses",
        FailureMode.Timeout => "timeouts",
        FailureMode.Retry => "repeated calls",
        FailureMode.Volume => "a volume that fills",
        FailureMode.Crash => "a crash",
        FailureMode.Schema => "data of another shape",
        FailureMode.Access => "refused access",
        FailureMode.Tls => "failing TLS",
        FailureMode.Address => "a peer that is not reached",
        FailureMode.Configuration => "a wrong setting",
        FailureMode.Cpu => "busy CPUs",
        FailureMode.Contention => "waiting for each other",
        FailureMode.Queue => "a growing queue",
        FailureMode.Limit => "a limit that is hit",
        FailureMode.Dependency => "a library that does not fit",
        FailureMode.Logic => "wrong results",
        _ => "slowness",
    };
}

using System.Security.Cryptography;
using System.Text;

namespace OpenSre.Home;

/// <summary>
/// Makes plans: from alarms by rules, or of actions somebody asked for. What is named is checked against what is really
/// there; text can at worst have a verb of the catalogue proposed for an existing thing, for a person to see.
/// </summary>
public sealed class PlanMaker(PlanBook book, CodeBook codes, ActionOptions options, Func<string, HostReading?> latest, TimeProvider time, IHomeActions? home = null) : IPlanMaker
{
    private static readonly TimeSpan AfterNo = TimeSpan.FromHours(2);

    /// <summary>A plan for alarms of one host; null when there is nothing sensible, or too much was asked lately.</summary>
    public string? Offer(IReadOnlyList<AlarmSummary> alarms, AlarmExplanation? explanation, IReadOnlyList<string> chats)
    {
        ArgumentNullException.ThrowIfNull(alarms);
        if (!options.Settings.Enabled || alarms.Count == 0 || book.OffersInHour() >= options.OffersPerHour || book.Frozen is not null || book.IsStuck(alarms[0].Host))
        {
            return null;
        }

        var now = time.GetUtcNow();
        var keys = alarms.Select(a => a.Key).ToHashSet(StringComparer.Ordinal);
        if (book.All.Any(p => p.Alarms.Any(keys.Contains) && (!p.IsOver || (p.State is PlanState.Rejected or PlanState.Failed or PlanState.NotFixed or PlanState.Undone && now - p.EndedAt < AfterNo))))
        {
            return null;
        }

        // A certificate is watched from here, and renewed on the host it belongs to.
        var host = alarms[0] is { Rule: "certificate", Thing: var endpoint } ? options.Hosts.FirstOrDefault(h => h.Certificates.Contains(endpoint))?.Name ?? alarms[0].Host : alarms[0].Host;
        List<TypedAction> actions = [];
        List<List<string>> reasons = [];
        List<string> served = [];
        foreach (var alarm in alarms.Where(a => a.Host == alarms[0].Host))
        {
            var steps = Remedy(alarm, host, latest(host)).ToList();
            if (steps.Count > 0)
            {
                served.Add(alarm.Key);
                foreach (var step in steps)
                {
                    if (!actions.Contains(step))
                    {
                        actions.Add(step);
                        reasons.Add([]);
                    }

                    reasons[actions.IndexOf(step)].Add(alarm.Key);
                }
            }
        }

        // A long plan is not read; the worst first, the rest after that.
        if (actions.Count is 0 or > 4)
        {
            return null;
        }

        var reason = string.Join("; ", alarms.Where(a => served.Contains(a.Key)).Select(a => a.What)) + (explanation is null ? "" : $" — {OutsideText.Line(explanation.Cause, 200)}");
        try
        {
            return Make(host, actions, reason, served, chats, fromModel: false, Digest(alarms, explanation), reasons).Plan?.Code;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be written down cannot be approved either; the alert itself must not wait for that.
            return null;
        }
    }

    public string Describe(string code) => book.Find(code) is { } plan ? (plan.State == PlanState.Open && time.GetUtcNow() >= plan.ExpiresAt ? $"Plan {plan.Code}: expired without an answer" : plan.Show(options.Zone)) : "";

    public void Posted(string code, string chat, long timestamp) => book.Posted(code, chat, timestamp);

    /// <summary>The first alarm a plan is about, for <see cref="AlertSkill"/>; null for none.</summary>
    public string? AlarmOf(string code) => book.Find(code) is { Alarms: [var first, ..] } ? first : null;

    /// <summary>A plan of given actions; or why there is none.</summary>
    /// <param name="reasons">For each action the alarms it is to end.</param>
    /// <param name="fromModel">A model that read text from outside suggests it; the plan says so.</param>
    public (ActionPlan? Plan, string? Refusal) Make(string host, IReadOnlyList<TypedAction> actions, string reason, IReadOnlyList<string> alarms, IReadOnlyList<string> chats, bool fromModel = false, string evidence = "", IReadOnlyList<IReadOnlyList<string>>? reasons = null)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var sight = new ActionSight(latest(host), options, home);
        List<PlannedAction> planned = [];
        List<string> blast = [];
        var risk = ActionRisk.Low;
        foreach (var action in actions)
        {
            if (action.Host != host)
            {
                return (null, "A plan is about one host.");
            }

            var (rendered, refusal) = ActionCatalogue.Render(action, sight);
            if (rendered is null)
            {
                return (null, refusal);
            }

            var touched = BlastRadius.Of(action, sight);
            blast.AddRange(touched.Sentences.Where(s => !blast.Contains(s)));
            risk = (ActionRisk)Math.Max((int)risk, Math.Max((int)rendered.Risk, (int)touched.Risk));
            planned.Add(rendered);
        }

        // Other plans about the same things would compete with it.
        foreach (var other in book.Open().Where(p => p.Host == host && p.Actions.Any(a => actions.Contains(a.Action))))
        {
            book.End(other, PlanState.Cancelled, "a newer plan took its place");
        }

        var now = time.GetUtcNow();
        var plan = new ActionPlan
        {
            Code = codes.Issue(),
            Host = host,
            Actions = planned,
            Hash = PlannedAction.Hash(planned),
            Reason = OutsideText.Line(reason, 400),
            Risk = risk,
            Blast = [.. blast.Select(b => OutsideText.Line(b, 200))],
            Alarms = alarms,
            For = reasons ?? [],
            Chats = chats,
            FromModel = fromModel,
            Evidence = evidence,
            CreatedAt = now,
            ExpiresAt = now + options.Settings.Expiry,
        };
        book.Add(plan);
        return (plan, null);
    }

    /// <summary>What is usually done about an alarm of this kind. Nothing where doing something would hide the trouble.</summary>
    private IEnumerable<TypedAction> Remedy(AlarmSummary alarm, string host, HostReading? reading)
    {
        if (reading is not { Problem: null })
        {
            return [];
        }

        switch (alarm.Rule)
        {
            case "container.unhealthy" or "container.exited" or "container.oom" or "container.restarts":
                return reading.Containers.FirstOrDefault(c => c.Name == alarm.Thing) is { } container ? ForContainer(container, alarm.Rule, reading) : [];
            case "units":
                return [new TypedAction("unit.restart", host, alarm.Thing)];
            case "disk" or "disk.forecast":
                List<TypedAction> room = [];
                if (reading.HasDocker is true && alarm.Thing is "/" or "/var" or "/var/lib" or "/var/lib/docker")
                {
                    room.Add(new TypedAction("space.free", host, "docker"));
                }

                if (alarm.Thing is "/" or "/var" or "/var/log")
                {
                    room.Add(new TypedAction("space.free", host, "journal"));
                }

                return room;
            case "certificate":
                return [new TypedAction("certificate.renew", host, alarm.Thing)];
            default:
                return [];
        }
    }

    /// <summary>First what it depends on, then itself. What restarts by itself all the time is not helped by one more restart.</summary>
    private static IEnumerable<TypedAction> ForContainer(ContainerReading container, string rule, HostReading reading)
    {
        var below = reading.Containers.Where(c => BlastRadius.DependsOn(container, c)).ToList();
        var broken = below.Where(c => c.State != "running" || c.Health == "unhealthy").ToList();
        foreach (var one in broken)
        {
            yield return new TypedAction(one.State == "running" ? "container.restart" : "container.start", reading.Host, one.Name);
        }

        switch (rule)
        {
            case "container.unhealthy" when container.State == "running":
                yield return new TypedAction("container.restart", reading.Host, container.Name);
                break;
            case "container.exited" or "container.oom" when container.State is "exited" or "created":
                yield return new TypedAction("container.start", reading.Host, container.Name);
                break;
        }
    }

    private static string Digest(IReadOnlyList<AlarmSummary> alarms, AlarmExplanation? explanation) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [.. alarms.Select(a => $"{a.Key} {a.What} {a.Detail}"), explanation?.Cause ?? "", .. explanation?.Evidence ?? []]))))[..16];
}

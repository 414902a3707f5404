using System.Text.RegularExpressions;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>What an action is looked at with: the host as it was last seen, and what is allowed.</summary>
public sealed record ActionSight(HostReading? Reading, ActionOptions Options, IHomeActions? Home = null);

/// <summary>What a look after an action shows.</summary>
/// <param name="IsProven">True: it worked. False: it did not, and waiting will not help. Null: not to be seen yet.</param>
public sealed record ActionProof(bool? IsProven, string Said);

/// <param name="Refusal">Why it is not done; null when it may be.</param>
/// <param name="Steps">What runs, in order.</param>
/// <param name="Undo">What takes it back, in order.</param>
/// <param name="Prove">Reads a look from before and one from after.</param>
/// <param name="Within">How long the proof may take.</param>
public sealed record ActionRecipe(
    ActionRisk Risk,
    Func<TypedAction, ActionSight, string?> Refusal,
    Func<TypedAction, ActionSight, IReadOnlyList<IReadOnlyList<string>>> Steps,
    Func<TypedAction, ActionSight, IReadOnlyList<IReadOnlyList<string>>> Undo,
    Func<TypedAction, HostReading, HostReading, ActionProof>? Prove,
    TimeSpan Timeout,
    TimeSpan Within);

/// <summary>Everything that can be changed from here; the list is closed. Names are checked against what is really there.</summary>
public static partial class ActionCatalogue
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, ActionRecipe> Recipes = new(StringComparer.Ordinal)
    {
        ["container.restart"] = Container(ActionRisk.Low, "restart", ContainerActions.Runs, null),
        ["container.start"] = Container(ActionRisk.Low, "start", ContainerActions.Runs, "stop"),
        ["container.stop"] = Container(ActionRisk.Medium, "stop", ContainerActions.Stopped, "start"),
        ["compose.start"] = new(ActionRisk.Low, ContainerActions.NoProject, (a, _) => [["docker", "compose", "-p", a.Thing, "start"]], Nothing, ContainerActions.ProjectRuns, 3 * Minute, 3 * Minute),
        ["unit.restart"] = new(ActionRisk.Low, HostActions.NoUnit, (a, _) => [["systemctl", "restart", "--", a.Thing]], Nothing, HostActions.UnitRuns, 2 * Minute, Minute),
        ["docker.prune-images"] = Space(ActionRisk.Low, [["docker", "image", "prune", "--force"]]),
        ["docker.prune-builder"] = Space(ActionRisk.Low, [["docker", "builder", "prune", "--force", "--filter", "until=24h"]]),
        ["journal.vacuum"] = Space(ActionRisk.Low, [["journalctl", "--vacuum-size=500M"]]),
        ["space.free"] = new(ActionRisk.Low, HostActions.NoRule, (a, _) => HostActions.SpaceRules[a.Thing], Nothing, HostActions.Freed, 5 * Minute, Minute),
        ["log.rotate"] = new(ActionRisk.Medium, HostActions.NoLog, (a, _) => [["test", "!", "-L", a.Thing], ["cp", "--preserve=mode,ownership", "--", a.Thing, a.Thing + ".1"], ["truncate", "--size=0", "--", a.Thing], ["gzip", "--force", "--", a.Thing + ".1"]], Nothing, HostActions.Freed, 5 * Minute, Minute),
        ["certificate.renew"] = new(ActionRisk.Medium, HostActions.NoCertificate, (a, _) => [["certbot", "renew", "--cert-name", HostActions.CertificateName(a.Thing), "--non-interactive", "--no-random-sleep-on-renew"]], Nothing, null, 5 * Minute, Minute),
        ["host.reboot"] = new(ActionRisk.High, HostActions.NoReboot, (_, _) => [["systemctl", "reboot"]], Nothing, HostActions.CameBack, Minute, 15 * Minute),
        ["runbook"] = new(ActionRisk.Medium, RunbookActions.Refusal, (a, s) => [RunbookActions.Find(a, s).Command], (a, s) => RunbookActions.Find(a, s).Undo is { Count: > 0 } undo ? [undo] : [], null, 2 * Minute, Minute),
        ["ha.act"] = new(ActionRisk.Low, (a, s) => s.Home is null ? "Home Assistant is not configured." : s.Home.Describe(a).Refusal, (a, s) => [s.Home!.Describe(a).Call], (a, s) => s.Home!.Describe(a).Undo is { Count: > 0 } undo ? [undo] : [], null, Minute, Minute),
    };

    public static IReadOnlyCollection<string> Kinds => Recipes.Keys;

    /// <exception cref="KeyNotFoundException">It is no kind of the catalogue.</exception>
    internal static ActionRecipe Recipe(string kind) => Recipes[kind];

    /// <summary>The commands an action comes to here and now; or why it is refused.</summary>
    public static (PlannedAction? Action, string? Refusal) Render(TypedAction action, ActionSight sight)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentNullException.ThrowIfNull(sight);
        if (!sight.Options.Settings.Enabled)
        {
            return (null, "Changes are turned off in the configuration.");
        }

        if (!Recipes.TryGetValue(action.Kind, out var recipe))
        {
            return (null, $"{OutsideText.Line(action.Kind, 40)} is nothing that can be done from here.");
        }

        if (!HostName().IsMatch(action.Host) || (sight.Options.Hosts.Count > 0 && sight.Options.Host(action.Host) is null && action.Kind != "ha.act"))
        {
            return (null, $"There is no host {OutsideText.Line(action.Host, 60)}.");
        }

        if (recipe.Refusal(action, sight) is { } refusal)
        {
            return (null, refusal);
        }

        var timeout = action.Kind == "runbook" ? RunbookActions.Find(action, sight).Timeout : recipe.Timeout;
        List<ActionStep> steps = [.. recipe.Steps(action, sight).Select(s => new ActionStep(action.Host, s, timeout))];
        List<ActionStep> undo = [.. recipe.Undo(action, sight).Select(s => new ActionStep(action.Host, s, timeout))];
        if (steps.Concat(undo).Any(s => s.Argv.Any(w => w.Any(char.IsControl))))
        {
            return (null, "A word of the command holds a control character.");
        }

        // A reboot is a kind of its own with its own strong approval; everything else obeys the policy of the house.
        if (action.Kind is not ("host.reboot" or "ha.act") && steps.Concat(undo).Select(s => Policy.Refusal(new ApprovalRequest("", action.Kind, new Dictionary<string, string>(), string.Join(' ', s.Argv), "", "", "", default, default))).FirstOrDefault(r => r is not null) is { } forbidden)
        {
            return (null, $"Refused: {forbidden}.");
        }

        var risk = action.Kind switch
        {
            "runbook" => RunbookActions.Find(action, sight).IsHighRisk ? ActionRisk.High : recipe.Risk,
            "ha.act" => sight.Home!.Describe(action).Risk,
            _ => recipe.Risk,
        };
        return (new PlannedAction(action, steps, undo, risk), null);
    }

    private static readonly ChangePolicy Policy = new();

    private static ActionRecipe Container(ActionRisk risk, string verb, Func<TypedAction, HostReading, HostReading, ActionProof> prove, string? undo) => new(
        risk,
        ContainerActions.NoContainer,
        (a, _) => [["docker", verb, a.Thing]],
        (a, _) => undo is null ? [] : [["docker", undo, a.Thing]],
        prove,
        2 * Minute,
        3 * Minute);

    private static ActionRecipe Space(ActionRisk risk, IReadOnlyList<IReadOnlyList<string>> steps) => new(risk, (a, _) => a.Thing.Length == 0 ? null : "It is done to the host and takes no name.", (_, _) => steps, Nothing, HostActions.Freed, 5 * Minute, Minute);

    private static IReadOnlyList<IReadOnlyList<string>> Nothing(TypedAction action, ActionSight sight) => [];

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex HostName();
}

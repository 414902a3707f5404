using System.Text.RegularExpressions;

namespace OpenSre.Home;

/// <summary>Units, space, logs, certificates and the host itself.</summary>
internal static partial class HostActions
{
    /// <summary>What may be removed to make room, by the name people say; nothing of it is anybody's data.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<string>>> SpaceRules { get; } = new Dictionary<string, IReadOnlyList<IReadOnlyList<string>>>(StringComparer.Ordinal)
    {
        ["docker"] = [["docker", "image", "prune", "--force"], ["docker", "builder", "prune", "--force", "--filter", "until=24h"]],
        ["journal"] = [["journalctl", "--vacuum-size=500M"]],
        ["packages"] = [["apt-get", "clean"]],
    };

    private static readonly string[] Vital = ["dbus*", "systemd-*", "ssh*", "network*", "NetworkManager*", "init*", "user@*", "getty*", "docker*", "containerd*"];

    public static string? NoUnit(TypedAction action, ActionSight sight)
    {
        if (!UnitName().IsMatch(action.Thing))
        {
            return $"{OutsideText.Line(action.Thing, 60)} is no name of a unit.";
        }

        var allowed = sight.Options.Host(action.Host)?.Units ?? [];
        return Named(allowed, action.Thing)
            ? null
            : Vital.Any(v => ActionOptions.Matches(v, action.Thing)) || sight.Reading?.FailedUnits?.Contains(action.Thing) is not true
                ? $"{action.Thing} may not be restarted from here: it is not among the units of {action.Host} in the configuration."
                : null;
    }

    public static string? NoRule(TypedAction action, ActionSight sight) =>
        SpaceRules.ContainsKey(action.Thing) ? null : $"There is no rule {OutsideText.Line(action.Thing, 40)} to free space by; there are {string.Join(", ", SpaceRules.Keys)}.";

    public static string? NoLog(TypedAction action, ActionSight sight) =>
        !LogPath().IsMatch(action.Thing) || action.Thing.Split('/').Any(p => p is "." or "..") ? $"{OutsideText.Line(action.Thing, 80)} is no path of a log."
        : (sight.Options.Host(action.Host)?.Logs ?? []).Any(l => ActionOptions.Matches(l, action.Thing)) ? null
        : $"{action.Thing} is not among the logs of {action.Host} in the configuration.";

    public static string? NoCertificate(TypedAction action, ActionSight sight) =>
        !EndpointName().IsMatch(action.Thing) ? $"{OutsideText.Line(action.Thing, 80)} is no address of a certificate."
        : (sight.Options.Host(action.Host)?.Certificates ?? []).Contains(action.Thing) ? null
        : $"{action.Thing} is not among the certificates of {action.Host} in the configuration.";

    public static string? NoReboot(TypedAction action, ActionSight sight) =>
        action.Thing.Length > 0 ? "A reboot takes no name but the host's."
        : !sight.Options.Settings.Reboot ? "Reboots are turned off in the configuration."
        : sight.Reading is not { Problem: null } reading ? $"{action.Host} does not answer."
        : reading.DegradedArrays is { Count: > 0 } arrays ? $"Not now: an array is not whole ({OutsideText.Line(arrays[0], 60)})."
        : Backup(reading) is { } backup ? $"Not now: {backup} runs." : null;

    /// <summary>A program that looks like a backup at work; null for none.</summary>
    public static string? Backup(HostReading reading) => reading.TopProcesses.Select(p => p.Name).FirstOrDefault(n => n is "restic" or "borg" or "rsync" or "duplicati" or "rclone" or "kopia" or "zfs" or "btrfs" or "pg_dump" or "mysqldump");

    public static string CertificateName(string endpoint) => endpoint.Split(':')[0];

    public static ActionProof UnitRuns(TypedAction action, HostReading before, HostReading after) =>
        after.FailedUnits is not { } failed ? new ActionProof(null, after.Problem ?? "units cannot be read")
        : failed.Contains(action.Thing) ? new ActionProof(null, $"{action.Thing} is failed") : new ActionProof(true, $"{action.Thing} is not failed any more");

    public static ActionProof Freed(TypedAction action, HostReading before, HostReading after)
    {
        var freed = after.Filesystems.Sum(f => f.Available - (before.Filesystems.FirstOrDefault(b => b.MountPoint == f.MountPoint)?.Available ?? f.Available));
        return after.Problem is { } problem ? new ActionProof(null, problem)
            : freed >= 1_000_000 ? new ActionProof(true, $"{RuleWords.Bytes(freed)} more are free") : new ActionProof(null, "no space to speak of became free");
    }

    public static ActionProof CameBack(TypedAction action, HostReading before, HostReading after) =>
        after is { Problem: null, Uptime: { } up } && up < after.At - before.At + TimeSpan.FromMinutes(1) && (before.Uptime is null || up < before.Uptime)
            ? new ActionProof(true, $"{action.Host} is back, up for {RuleWords.Span(up)}")
            : new ActionProof(null, after.Problem ?? $"{action.Host} has not gone down yet");

    private static bool Named(IReadOnlyList<string> allowed, string unit) => allowed.Any(a => a == unit || a + ".service" == unit || a == unit + ".service");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.@:-]{0,127}\z")]
    private static partial Regex UnitName();

    [GeneratedRegex(@"\A/[A-Za-z0-9_./-]{1,200}\z")]
    private static partial Regex LogPath();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9.-]{0,200}(:\d{1,5})?\z")]
    private static partial Regex EndpointName();
}

/// <summary>Steps the owner declared: exactly those.</summary>
internal static class RunbookActions
{
    public static string? Refusal(TypedAction action, ActionSight sight) =>
        sight.Options.Runbook.Any(r => r.Name == action.Thing && r.Host == action.Host) ? null : $"There is no runbook step {OutsideText.Line(action.Thing, 60)} for {action.Host}.";

    public static RunbookStep Find(TypedAction action, ActionSight sight) => sight.Options.Runbook.First(r => r.Name == action.Thing && r.Host == action.Host);
}

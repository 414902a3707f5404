using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Lists of pods, deployments, nodes and events as an EKS integration hands them out in JSON, written the way kubectl
/// prints them, so that the parsers of a cluster read them. The words of a status are chosen as kubectl chooses them.
/// </summary>
/// <param name="now">The time ages are counted from.</param>
public sealed class EksListing(DateTimeOffset now)
{
    /// <summary>As <c>kubectl get pods -o wide</c>.</summary>
    public string Pods(JsonElement answer) => Table(
        ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"],
        answer.ItemsAt("pods").Select(p =>
        {
            var containers = p.ItemsAt("containers").ToList();
            return new[] { Name(p), $"{containers.Count(c => c.FlagAt("ready") == true)}/{containers.Count}", Status(p, containers), Restarts(containers), Age(p.TextAt("start_time")), "<none>", p.TextAt("node_name") ?? "<none>" };
        }));

    /// <summary>As <c>kubectl get deployments -o wide</c>.</summary>
    public static string Deployments(JsonElement answer) => Table(
        ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"],
        answer.ItemsAt("deployments").Select(d => new[] { Name(d), $"{d.NumberAt("ready") ?? 0}/{d.NumberAt("desired") ?? 0}", $"{d.NumberAt("updated") ?? d.NumberAt("desired") ?? 0}", $"{d.NumberAt("available") ?? 0}", "<unknown>" }));

    /// <summary>As <c>kubectl get nodes</c>: Ready that is not True is NotReady.</summary>
    public static string Nodes(JsonElement answer) => Table(
        ["NAME", "STATUS", "ROLES", "AGE", "VERSION"],
        answer.ItemsAt("nodes").Select(n => new[] { Name(n), (n.TextAt("ready") == "True" ? "Ready" : "NotReady") + (n.FlagAt("unschedulable") == true ? ",SchedulingDisabled" : ""), "<none>", "<unknown>", "<unknown>" }));

    /// <summary>As <c>kubectl get events</c>, oldest first.</summary>
    public string Events(JsonElement answer) => Table(
        ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"],
        AllEvents(answer).Select(e => new[] { EventAge(e), e.TextAt("type") ?? "Normal", Word(e.TextAt("reason")), ObjectOf(e), Line(e.TextAt("message")) }));

    /// <summary>As <c>kubectl describe pod NAME</c>; null when there is no such pod.</summary>
    public string? Pod(JsonElement answer, JsonElement events, string name)
    {
        if (answer.ItemsAt("pods").FirstOrDefault(p => Name(p) == name) is not { ValueKind: JsonValueKind.Object } pod)
        {
            return null;
        }

        var containers = pod.ItemsAt("containers").ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Name:             {name}\nNamespace:        {Word(pod.TextAt("namespace"))}\nNode:             {pod.TextAt("node_name") ?? "<none>"}\nStatus:           {(pod.TextAt("deletion_timestamp") is null ? Word(pod.TextAt("phase")) : "Terminating")}\nContainers:\n");
        foreach (var container in containers)
        {
            Container(text, container);
        }

        text.Append("Conditions:\n");
        foreach (var condition in pod.ItemsAt("conditions"))
        {
            var line = $"  {Word(condition.TextAt("type"))}: {Word(condition.TextAt("status"))} {Line(condition.TextAt("reason"))} {Line(condition.TextAt("message"))}";
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.Append(EventsOf(events, "pod/" + name)).ToString();
    }

    /// <summary>The conditions of a node and its events, as <c>kubectl describe node NAME</c>; null when there is no such node.</summary>
    public string? Node(JsonElement answer, JsonElement events, string name)
    {
        if (answer.ItemsAt("nodes").FirstOrDefault(n => Name(n) == name) is not { ValueKind: JsonValueKind.Object } node)
        {
            return null;
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Name:               {name}\nUnschedulable:      {(node.FlagAt("unschedulable") == true ? "true" : "false")}\nConditions:\n  Type             Status\n  ----             ------\n");
        foreach (var (key, type) in new[] { ("memory_pressure", "MemoryPressure"), ("disk_pressure", "DiskPressure"), ("pid_pressure", "PIDPressure"), ("network_unavailable", "NetworkUnavailable"), ("ready", "Ready") })
        {
            if (node.TextAt(key) is { } status)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {type,-16} {Word(status)}\n");
            }
        }

        return text.Append(EventsOf(events, "node/" + name)).ToString();
    }

    /// <summary>The words kubectl prints under STATUS.</summary>
    private static string Status(JsonElement pod, List<JsonElement> containers)
    {
        if (pod.TextAt("deletion_timestamp") is not null)
        {
            return "Terminating";
        }

        if (pod.TextAt("reason") is { Length: > 0 } reason)
        {
            return Word(reason);
        }

        foreach (var container in containers)
        {
            var state = container.At("state") ?? default;
            if (state.FlagAt("running") != true && state.TextAt("reason") is { Length: > 0 } why)
            {
                return Word(why);
            }
        }

        return Word(pod.TextAt("phase"));
    }

    private string Restarts(List<JsonElement> containers)
    {
        var count = containers.Sum(c => c.NumberAt("restart_count") ?? 0);
        var started = containers.Where(c => c.NumberAt("restart_count") > 0).Select(c => c.TextAt("state", "started_at")).FirstOrDefault(s => s is not null);
        return count > 0 && started is not null ? $"{count} ({Age(started)} ago)" : count.ToString(CultureInfo.InvariantCulture);
    }

    private void Container(StringBuilder text, JsonElement container)
    {
        var state = container.At("state") ?? default;
        var kind = state.FlagAt("running") == true ? "Running" : state.FlagAt("waiting") == true ? "Waiting" : state.FlagAt("terminated") == true || state.At("exit_code") is not null ? "Terminated" : "Waiting";
        text.Append(CultureInfo.InvariantCulture, $"  {Name(container)}:\n");
        if (container.TextAt("image") is { } image)
        {
            text.Append(CultureInfo.InvariantCulture, $"    Image:          {Line(image)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"    State:          {kind}\n");
        Field(text, "Reason", state.TextAt("reason"));
        Field(text, "Message", state.TextAt("message"));
        if (kind == "Terminated")
        {
            Field(text, "Exit Code", state.NumberAt("exit_code")?.ToString(CultureInfo.InvariantCulture));
        }

        var last = container.At("last_state") ?? container.At("last_termination_state");
        var code = last?.NumberAt("exit_code") ?? (kind == "Terminated" ? null : state.NumberAt("exit_code"));
        if (code is not null || last?.TextAt("reason") is not null)
        {
            text.Append("    Last State:     Terminated\n");
            Field(text, "Reason", last?.TextAt("reason"));
            Field(text, "Exit Code", code?.ToString(CultureInfo.InvariantCulture));
        }

        text.Append(CultureInfo.InvariantCulture, $"    Ready:          {(container.FlagAt("ready") == true ? "True" : "False")}\n    Restart Count:  {container.NumberAt("restart_count") ?? 0}\n");
    }

    private static void Field(StringBuilder text, string name, string? value)
    {
        if (value is { Length: > 0 })
        {
            text.Append(CultureInfo.InvariantCulture, $"      {name + ":",-13} {Line(value)}\n");
        }
    }

    private string EventsOf(JsonElement events, string of)
    {
        var mine = AllEvents(events).Where(e => ObjectOf(e) == of).ToList();
        return mine.Count == 0
            ? "Events:           <none>\n"
            : "Events:\n" + string.Concat(Table(["Type", "Reason", "Age", "From", "Message"], mine.Select(e => new[] { e.TextAt("type") ?? "Normal", Word(e.TextAt("reason")), EventAge(e), "cluster", Line(e.TextAt("message")) })).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => "  " + l + "\n"));
    }

    private static IEnumerable<JsonElement> AllEvents(JsonElement answer) =>
        answer.ItemsAt("warning_events").Concat(answer.ItemsAt("events")).OrderBy(e => e.TextAt("last_time"), StringComparer.Ordinal);

    private string EventAge(JsonElement e) =>
        e.NumberAt("count") is > 1 and var count ? $"{Age(e.TextAt("last_time"))} (x{count} over {Age(e.TextAt("first_time"))})" : Age(e.TextAt("last_time"));

    private static string ObjectOf(JsonElement e)
    {
        var parts = (e.TextAt("involved_object") ?? "object/unknown").Split('/', 2);
        return $"{Word(parts[0]).ToLowerInvariant()}/{Word(parts.Length > 1 ? parts[1] : "unknown")}";
    }

    private string Age(string? since)
    {
        if (!DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return "<unknown>";
        }

        var age = now > at ? now - at : TimeSpan.Zero;
        return age.TotalHours >= 48 ? $"{(int)age.TotalDays}d{age.Hours}h" : age.TotalHours >= 3 ? $"{(int)age.TotalHours}h{age.Minutes}m" : age.TotalMinutes >= 3 ? $"{(int)age.TotalMinutes}m{age.Seconds}s" : $"{(int)age.TotalSeconds}s";
    }

    private static string Table(string[] heading, IEnumerable<string[]> rows)
    {
        var all = rows.Prepend(heading).ToList();
        var widths = heading.Select((_, i) => all.Max(r => r[i].Length) + 3).ToArray();
        return all.Count == 1 ? "No resources found.\n" : string.Concat(all.Select(r => string.Concat(r.Select((c, i) => c.PadRight(widths[i]))).TrimEnd() + "\n"));
    }

    private static string Name(JsonElement element) => Word(element.TextAt("name"));

    private static string Word(string? text) => string.IsNullOrWhiteSpace(text) ? "<none>" : string.Join('_', SafeText.Line(text, 300).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Line(string? text) => SafeText.Line(text ?? "", 2000);
}

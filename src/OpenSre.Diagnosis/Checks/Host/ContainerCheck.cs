using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class ContainerCheck : ICheck
{
    private const double Stable = 60;

    public CheckInfo Info { get; } = new(
        "container.state",
        ["docker.containers", "docker.inspect"],
        "A container that is paused, fails its health check, restarts again and again, has exited with an error, was killed for lack of memory, or is throttled. A health word of a container that does not run says nothing.",
        ["container.paused", "container.unhealthy", "container.crash_loop", "container.exited", "memory.oom_killed", "port.conflict", "config.invalid", "cpu.throttled", "memory.exhausted"],
        "the container has run for a minute or more and its health check passes");

    public void Examine(CheckContext context)
    {
        foreach (var record in context.Records("docker.containers", "container"))
        {
            var container = Entities.Container(record["name"]);
            context.Relate(container, context.Host, RelationKind.Uses);
            if (record["compose"] is { Length: > 0 } compose)
            {
                context.Relate(Entities.Service(compose[(compose.IndexOf('/', StringComparison.Ordinal) + 1)..]), container, RelationKind.PartOf);
            }

            foreach (var needed in record["depends_on"].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                context.Relate(container, Entities.Container(needed), RelationKind.DependsOn);
            }

            Judge(context, record, container);
        }

        foreach (var health in context.Records("docker.containers", "health"))
        {
            var container = Entities.Container(health["name"]);
            if (health["exit_code"] is not ("0" or "") && context.Records("docker.containers", "container").Any(c => c["name"] == container.Name && c["health"] == "unhealthy"))
            {
                // Words that name another container point to it, and are no reason of its own.
                var elsewhere = context.Records("docker.containers", "container").Any(c => c["name"] != container.Name && Words.Names(health["text"], c["name"]));
                context.Found(health, container, elsewhere ? "container.health" : "container.health_word", $"its health check fails {health["failing_streak"]} times in a row: {SafeText.Line(health["text"], 100)}", "container.unhealthy", 0.6);
            }
        }

        foreach (var error in context.Records("docker.containers", "container_error"))
        {
            var text = error["text"];
            context.Found(error, Entities.Container(error["name"]), "container.error", $"{error["name"]} could not start: {SafeText.Line(text, 120)}", text.Contains("already allocated", StringComparison.Ordinal) || text.Contains("address already in use", StringComparison.Ordinal) ? "port.conflict" : "config.invalid", 3);
        }
    }

    private static void Judge(CheckContext context, Record record, Entity container)
    {
        var name = container.Name;
        var state = record["state"];
        var started = Entities.AgeOf(context, record["started"]);
        var finished = Entities.AgeOf(context, record["finished"]);
        var restarts = record.Number("restarts") ?? 0;
        var runs = state == "running";
        var looping = state == "restarting" || (restarts >= 3 && started < Stable) || (restarts >= 3 && !runs && finished < 120 && record["restart_policy"] is not ("no" or ""));
        var oom = record["oom_killed"] == "true";

        if (state == "paused")
        {
            context.Found(record, container, "container.state", $"{name} is paused", "container.paused", 4);
        }

        if (runs && record["health"] == "unhealthy")
        {
            context.Found(record, container, "container.health", $"{name} runs but is unhealthy", "container.unhealthy", 4);
            if (context.Reading.Names(name))
            {
                context.Rechecked(record.Output, Symptom.Service, container, true, record.Line, $"{name} is unhealthy now");
            }

            Look(context, name, "why its health check fails");
        }

        if (looping)
        {
            context.Found(record, container, "container.state", $"{name} has been restarted {restarts:0} times and is {state} now", "container.crash_loop", 4);
            Look(context, name, "why it dies");
        }
        else if (state is "exited" or "dead")
        {
            var code = record["exit_code"];
            // A container that nobody wants restarted and that ended well was a job, and is done.
            var done = code == "0" && record["restart_policy"] is "no" or "";
            var recent = finished is { } ago && Entities.IsRecent(context, ago);
            var relevant = context.Reading.Names(name) || recent;
            var claim = $"{name} has exited with code {code}{(finished is { } f ? " " + Words.Ago(f) : "")}";
            if (done && context.Reading.Names(name))
            {
                context.Rechecked(record.Output, Symptom.Service, container, false, record.Line, claim + "; its restart policy does not ask for more: it was a job, and it is done", 4);
            }
            else if (!done)
            {
                context.Found(record, container, "container.state", claim, "container.exited", relevant ? 4 : 1);
                SayWhyItEnded(context, record, container, code, finished, oom);
                Look(context, name, "why it ended");
            }
        }

        if (oom)
        {
            var over = runs && started > 600;
            context.Found(record, container, "oom.container", $"{name} was killed for lack of memory{(finished is { } f ? " " + Words.Ago(f) : "")}", "memory.oom_killed", over ? 0.7 : 4, over ? Currency.Past : Currency.Now);
        }
        else if (record["exit_code"] == "137" && looping)
        {
            context.Found(record, container, "oom.container", $"{name} ended with code 137: it was killed, which alone does not say why", "memory.oom_killed", 1, Currency.Unknown);
        }

        var limit = record.Number("memory_limit");
        if (runs && limit > 0 && record.Number("memory") >= 0.95 * limit)
        {
            context.Found(record, container, "memory.limit", $"{name} uses {Words.Bytes(record.Number("memory") ?? 0)} of {Words.Bytes(limit.Value)}", "memory.exhausted", 3);
        }

        if (runs && started >= Stable && record["health"] is "" or "healthy" && !looping)
        {
            List<Bearing> against = [new("container.paused", container, -3, true), new("container.unhealthy", container, -3, true), new("container.crash_loop", container, -3, true), new("container.exited", container, -3, true)];
            if (!oom || started > 600)
            {
                against.Add(new("memory.oom_killed", container, -2, true));
            }

            context.Found(record.Output, container, "container.state", record.Line, $"{name} runs{(record["health"] == "healthy" ? ", is healthy" : "")}, since {Words.Duration(started ?? 0)}", Currency.Now, against);
        }
        else if (context.Reading.Names(name) && !runs && !(record["exit_code"] == "0" && record["restart_policy"] is "no" or ""))
        {
            context.Rechecked(record.Output, Symptom.Service | Symptom.OutOfMemory, container, true, record.Line, $"{name} is {state} now");
        }
    }

    /// <summary>It ended of itself, with an error as its last word; or it was ended from outside, for another reason than memory.</summary>
    private static void SayWhyItEnded(CheckContext context, Record record, Entity container, string code, double? finished, bool oom)
    {
        if (finished is { } ago && LastWords.Error(context, container, ago) is { } word)
        {
            context.Found(word.Output, container, "container.last_word", word.Quote, LastWords.Claim(container, word), Currency.Now, [new Bearing("container.exited", container, 0.5)]);
        }
        else if (!oom && code is "130" or "137" or "143" && LastWords.AreKnown(context, container))
        {
            context.Found(record, container, "container.ended", $"{container.Name} was ended by a signal from outside (code {code}), not for lack of memory, and complained of nothing before", "container.exited", 0.5);
        }
    }

    private static void Look(CheckContext context, string name, string why)
    {
        context.SuggestBehind(ToolCall.With("docker.logs", ("name", name)), $"{why}: its last words", 0.8, ["container.crash_loop", "container.exited", "container.unhealthy"], ["container.crash_loop", "container.exited", "container.unhealthy", "config.invalid", "config.permission", "dependency.unreachable", "service.crash", "dns.resolver_broken"]);
        context.Suggest(ToolCall.With("docker.inspect", ("name", name)), $"{why}: its settings", 0.3, "container.unhealthy", "config.invalid");
    }
}

using System.Runtime.CompilerServices;
using OpenSre.Diagnostics;
using OpenSre.Models;

namespace OpenSre.Investigation;

/// <summary>
/// Models without a mind, to evaluate what stands around one: they work through the same tools as a real model and see
/// nothing else. One does what the engine suggests; one is wrong on purpose.
/// </summary>
public static class ScriptedModels
{
    /// <summary><c>scripted-follow</c> or <c>scripted-wrong</c>; null for any other name.</summary>
    public static ModelAdvice? Find(string? name) => name switch
    {
        "scripted-follow" => Advice(name, () => new ScriptedAgent(name, wrong: false)),
        "scripted-wrong" => Advice(name, () => new ScriptedAgent(name, wrong: true)),
        _ => null,
    };

    private static ModelAdvice Advice(string name, Func<IAgent> open) => new() { Name = name, Open = open };

    private sealed class ScriptedAgent(string name, bool wrong) : IAgent
    {
        private const int Questions = 2;

        public string Name => name;

        public async IAsyncEnumerable<AgentUpdate> RunAsync(AgentTask task, [EnumeratorCancellation] CancellationToken cancellation)
        {
            var tools = task.Tools.ToDictionary(t => t.Name, StringComparer.Ordinal);
            async Task<string> CallAsync(string tool, params (string Name, string Value)[] arguments) =>
                tools.TryGetValue(tool, out var found) ? (await found.CallAsync(arguments.ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal), cancellation).ConfigureAwait(false)).Text : "";

            var standing = await CallAsync("standing").ConfigureAwait(false);
            foreach (var question in Section(standing, "# Open questions").Take(Questions))
            {
                var words = question.Split(": ")[0].Split(' ');
                await CallAsync(ToolDesk.NameOf(words[0]), [.. words.Skip(1).Where(w => w.Contains('=')).Select(w => (w[..w.IndexOf('=')], w[(w.IndexOf('=') + 1)..]))]).ConfigureAwait(false);
            }

            // "97 % disk.space_exhausted on filesystem /srv: for [e1]; against nothing"
            standing = await CallAsync("standing").ConfigureAwait(false);
            var ranked = Section(standing, "# What the engine thinks").Select(Ranked).ToList();
            var (fault, entity, ids) = ranked[0];
            if (wrong)
            {
                (fault, entity) = Wrong(fault, entity, ranked, task.Instructions);
            }

            var verdict = fault switch { FaultCatalogue.Healthy => "healthy", FaultCatalogue.Unknown => "inconclusive", _ => "root_cause" };
            await CallAsync("conclude", ("verdict", verdict), ("fault_type", fault), ("entity", entity), ("statement", $"It is {fault} on {entity}.")).ConfigureAwait(false);
            var text = $"The cause is {fault} on {entity} {ids}";
            yield return new AgentText(text);
            yield return new AgentFinished(AgentEnd.Completed, text);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static IEnumerable<string> Section(string text, string title) =>
            text.Split('\n').SkipWhile(l => !l.StartsWith(title, StringComparison.Ordinal)).Skip(1).TakeWhile(l => l.StartsWith("- ", StringComparison.Ordinal)).Select(l => l[2..].TrimEnd('\r'));

        private static (string Fault, string Entity, string Ids) Ranked(string line)
        {
            var at = line.IndexOf(" % ", StringComparison.Ordinal) + 3;
            var on = line.IndexOf(" on ", at, StringComparison.Ordinal);
            var end = line.IndexOf(": for ", on, StringComparison.Ordinal);
            var against = line.IndexOf("; against ", end, StringComparison.Ordinal);
            return (line[at..on], line[(on + 4)..end], line[(end + 6)..against].Replace("nothing", "", StringComparison.Ordinal));
        }

        /// <summary>In turn: a fault of the list that nothing speaks for, and healthy where something is wrong.</summary>
        private static (string Fault, string Entity) Wrong(string fault, string entity, List<(string Fault, string Entity, string Ids)> ranked, string instructions)
        {
            if (fault is not (FaultCatalogue.Healthy or FaultCatalogue.Unknown) && entity.Length % 2 == 0)
            {
                return (FaultCatalogue.Healthy, entity);
            }

            var others = Section(instructions, "Fault types").Concat(instructions.Split('\n').Where(l => l.StartsWith("- ", StringComparison.Ordinal)).Select(l => l[2..]))
                .Select(l => l.Split(':')[0]).Where(f => FaultCatalogue.Find(f) is not null && ranked.TrueForAll(r => r.Fault != f)).ToList();
            return (others[entity.Length % others.Count], entity);
        }
    }
}

using System.Text;
using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Models;

namespace OpenSre.Investigation;

/// <summary>
/// The evidence tools as a model calls them. What a call brings enters the ledger like the engine's own calls, is read by
/// the checks and weighed; the model gets it trimmed and fenced, with the facts the checks found in it.
/// </summary>
internal sealed class ToolDesk(ICaseDesk desk, Fence fence, int answerLimit = 10_000)
{
    private const int MostFacts = 12;
    private const int MostCalls = 100;
    private readonly Dictionary<string, Task<StoredOutput>> _running = new(StringComparer.Ordinal);

    private int _calls;

    /// <summary>What the model concluded, once it has.</summary>
    public ModelConclusion? Conclusion { get; private set; }

    /// <summary>Calls answered from the ledger.</summary>
    public int Repeated { get; private set; }

    public IReadOnlyList<AgentTool> Tools() =>
    [
        .. desk.Tools.DistinctBy(t => NameOf(t.Description.Name)).Select(t => new AgentTool(NameOf(t.Description.Name), $"{t.Description.Summary} ({(t.Description.Asks ? "a person is asked before each call" : "read-only")})", t.Description.JsonSchema(), (arguments, cancellation) => LookAsync(t.Description, arguments, cancellation))),
        new AgentTool(
            "read_output",
            "Shows the full text of an output by its id (o1, o2 …), a part at a time, or the lines around a word.",
            """{"type":"object","properties":{"id":{"type":"string","description":"o1, o2 …, or e1, e2 … for the output of a fact"},"from":{"type":"string","description":"character to begin with, default 0"},"find":{"type":"string","description":"show lines that contain this"}},"required":["id"],"additionalProperties":false}""",
            (arguments, _) => Task.FromResult(Reading(() => ReadOutput(arguments)))),
        new AgentTool(
            "standing",
            "Shows the engine's ranking, the facts and the open questions as they stand now.",
            """{"type":"object","properties":{},"additionalProperties":false}""",
            (_, _) => Task.FromResult(Reading(Standing))),
        new AgentTool(
            "conclude",
            "Gives your conclusion. Call it once, before the final answer.",
            """{"type":"object","properties":{"verdict":{"type":"string","enum":["root_cause","healthy","inconclusive"]},"fault_type":{"type":"string","description":"one of the fault types, for a root cause"},"entity":{"type":"string","description":"the exact name of the thing at fault"},"statement":{"type":"string","description":"one sentence"}},"required":["verdict","statement"],"additionalProperties":false}""",
            (arguments, _) => Task.FromResult(Reading(() => Conclude(arguments)))),
    ];

    /// <summary>A dotted name as every provider accepts it.</summary>
    public static string NameOf(string tool) => string.Concat(tool.Take(64).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));

    private async Task<AgentToolAnswer> LookAsync(ToolDescription tool, IReadOnlyDictionary<string, string> given, CancellationToken cancellation)
    {
        var unknown = given.Keys.Where(k => tool.Parameters.All(p => p.Name != k)).ToList();
        var missing = tool.Parameters.Where(p => p.Required && !given.ContainsKey(p.Name)).Select(p => p.Name).ToList();
        if (unknown.Count + missing.Count > 0)
        {
            return Refused(tool.Name, unknown.Count > 0 ? $"it takes no {SafeText.Line(string.Join(", ", unknown), 100)}" : $"it needs {string.Join(", ", missing)}");
        }

        var call = new ToolCall(tool.Name, new Dictionary<string, string>(given, StringComparer.Ordinal));
        string? why;
        lock (desk.Gate)
        {
            why = ToolReach.Refuses(call, desk.Incident, desk.Assessment);
        }

        if (why is not null)
        {
            desk.Publish(new ModelNotice("", $"refused {SafeText.Line(call.Key, 160)}: {why}"));
            return Refused(tool.Name, why);
        }

        Task<StoredOutput> running;
        var repeated = false;
        lock (desk.Gate)
        {
            // Two calls of one answer may ask the same at the same time.
            if (desk.Ledger.FindCall(call) is { } known)
            {
                (running, repeated) = (Task.FromResult(known), true);
            }
            else if (_running.TryGetValue(call.Key, out var already) && !already.IsCompleted)
            {
                (running, repeated) = (already, true);
            }
            else
            {
                if (++_calls > MostCalls)
                {
                    return Refused(tool.Name, $"the {MostCalls} calls a model may make in one investigation are made; conclude from what there is");
                }

                running = desk.LookAsync(call, "the model asks", cancellation);
                _running[call.Key] = running;
            }

            Repeated += repeated ? 1 : 0;
        }

        var output = await running.ConfigureAwait(false);
        lock (desk.Gate)
        {
            return Answer(output, repeated);
        }
    }

    private AgentToolAnswer Reading(Func<AgentToolAnswer> read)
    {
        lock (desk.Gate)
        {
            return read();
        }
    }

    private AgentToolAnswer Answer(StoredOutput output, bool repeated)
    {
        var call = SafeText.Line(new ToolCall(output.Tool, output.Arguments).Key, 160);
        var facts = desk.Ledger.Evidence.Where(e => e.OutputId == output.Id).ToList();
        var leading = string.Join("; ", Diagnostician.Leading(desk.Assessment, 3).Select(h => $"{HypothesisWords.Percent(h.Probability)} {h.FaultType} on {SafeText.Line(h.Entity.Name, 80)}"));
        var text = new StringBuilder();
        text.Append(output.Id).Append(": ").Append(call).Append(", ").Append(output.Status).Append(repeated ? ", known already: answered from the ledger" : "").AppendLine();
        if (output.Note.Length > 0)
        {
            text.Append("note: ").AppendLine(SafeText.Line(output.Note, 240));
        }

        foreach (var fact in facts.Take(MostFacts))
        {
            text.Append("fact ").AppendLine(SafeText.Line(CaseBrief.Fact(fact), 400));
        }

        text.Append("engine now: ").AppendLine(leading);
        var shown = CaseBrief.Cut(output.Text, answerLimit);
        if (shown.Length < output.Text.Length)
        {
            text.AppendLine($"the output has {output.Text.Length:N0} characters; read_output id={output.Id} shows the rest");
        }

        text.Append(fence.Wrap(shown, call));
        foreach (var note in desk.Background.Nearby(output))
        {
            text.AppendLine().Append("# ").AppendLine(note.Title).Append(note.Trusted ? note.Text : fence.Wrap(note.Text, note.Source));
        }

        var digest = $"{output.Id} {call}: {output.Status}, {output.Text.Length:N0} characters kept{(facts.Count == 0 ? ", no facts" : ", facts " + string.Join(' ', facts.Take(20).Select(f => f.Id)))} (read_output shows it)";
        return new AgentToolAnswer(text.ToString(), digest, output.Status is not (ToolStatus.Ok or ToolStatus.Missing));
    }

    private AgentToolAnswer ReadOutput(IReadOnlyDictionary<string, string> arguments)
    {
        var id = arguments.GetValueOrDefault("id", "").Trim('[', ']');
        var output = desk.Ledger.FindOutput(id) ?? (desk.Ledger.FindEvidence(id) is { } fact ? desk.Ledger.FindOutput(fact.OutputId) : null);
        if (output is null)
        {
            return Refused("read_output", $"there is no {SafeText.Line(id, 40)}");
        }

        string part;
        if (arguments.GetValueOrDefault("find") is { Length: > 0 } find)
        {
            part = CaseBrief.Cut(string.Join('\n', Lines(output.Text).Where(l => l.Contains(find, StringComparison.OrdinalIgnoreCase)).Take(200)), answerLimit);
        }
        else
        {
            var from = int.TryParse(arguments.GetValueOrDefault("from"), out var number) ? Math.Clamp(number, 0, output.Text.Length) : 0;
            var length = Math.Min(answerLimit, output.Text.Length - from);
            part = string.Concat(output.Text.AsSpan(from, length), from + length < output.Text.Length ? $"\n[… {output.Text.Length - from - length:N0} more characters; from={from + length} goes on]" : "");
        }

        return new AgentToolAnswer(fence.Wrap(part, output.Id), $"read {output.Id} again");
    }

    private static IEnumerable<string> Lines(string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private AgentToolAnswer Standing()
    {
        var text = new StringBuilder();
        CaseBrief.Standing(text, desk, fence);
        return new AgentToolAnswer(text.ToString(), "the engine's standing, seen");
    }

    private AgentToolAnswer Conclude(IReadOnlyDictionary<string, string> arguments)
    {
        var verdict = arguments.GetValueOrDefault("verdict") switch { "root_cause" => Verdict.RootCause, "healthy" => Verdict.Healthy, "inconclusive" => Verdict.Inconclusive, _ => (Verdict?)null };
        if (verdict is null)
        {
            return Refused("conclude", "verdict must be root_cause, healthy or inconclusive");
        }

        var fault = arguments.GetValueOrDefault("fault_type", "");
        var entity = arguments.GetValueOrDefault("entity", "");
        if (verdict == Verdict.RootCause && (desk.Profile.Faults.All(f => f.Id != fault) || entity.Length == 0))
        {
            return Refused("conclude", "a root cause needs a fault_type of the list and the name of the thing");
        }

        Conclusion = new ModelConclusion(verdict.Value, verdict == Verdict.RootCause ? fault : "", verdict == Verdict.RootCause ? SafeText.Line(entity, 200) : "", SafeText.Line(arguments.GetValueOrDefault("statement", ""), 400));
        var objections = Grounding.Objections(Conclusion, desk.Assessment);
        var text = objections.Count == 0
            ? "Noted. Now write the answer."
            : "Noted, but the evidence does not fit it:\n" + string.Join('\n', objections.Select(o => $"- {o.Statement} {string.Join(' ', o.EvidenceIds.Select(i => $"[{i}]"))}")) + "\nLook again, or call conclude anew; as it is, a person will see the objection.";
        return new AgentToolAnswer(text, "concluded");
    }

    private static AgentToolAnswer Refused(string tool, string why) => new($"{tool} was not run: {why}", $"{tool} was not run", Failed: true);
}

namespace OpenSre.Core;

/// <summary>
/// Every output and every fact of one investigation. Outputs are kept whole; a fact enters only if its quote
/// stands in the output it names. Not thread-safe: one investigation writes it from one place.
/// </summary>
public sealed class EvidenceLedger
{
    private readonly List<StoredOutput> _outputs = [];
    private readonly List<Evidence> _evidence = [];
    private readonly Dictionary<string, StoredOutput> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Evidence> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _idsByFact = new(StringComparer.Ordinal);

    public IReadOnlyList<StoredOutput> Outputs => _outputs;

    /// <summary>The facts that hold after the last <see cref="Replace"/>.</summary>
    public IReadOnlyList<Evidence> Evidence => _evidence;

    /// <summary>Keeps an output and gives it its id.</summary>
    public StoredOutput Store(StoredOutput output)
    {
        var stored = output with { Id = $"o{_outputs.Count + 1}" };
        _outputs.Add(stored);
        _byId.Add(stored.Id, stored);
        return stored;
    }

    public StoredOutput? FindOutput(string id) => _byId.GetValueOrDefault(id);

    public Evidence? FindEvidence(string id) => _evidence.Find(e => e.Id == id);

    /// <summary>The newest output of a call with these arguments that could be read, if there was one.</summary>
    public StoredOutput? FindCall(ToolCall call)
    {
        var key = call.Key;
        return _outputs.FindLast(o => new ToolCall(o.Tool, o.Arguments).Key == key);
    }

    /// <summary>
    /// Puts the facts read from all outputs so far in place of those known before. A fact seen before keeps its id;
    /// a fact no check finds any more is dropped. Returns the facts that are new.
    /// </summary>
    /// <exception cref="ArgumentException">A quote is empty or does not stand in the output it names.</exception>
    public IReadOnlyList<Evidence> Replace(IEnumerable<Evidence> facts)
    {
        List<Evidence> fresh = [];
        _evidence.Clear();
        var before = new HashSet<string>(_byKey.Keys, StringComparer.Ordinal);
        _byKey.Clear();
        foreach (var fact in facts)
        {
            if (fact.Quote.Length == 0 || FindOutput(fact.OutputId)?.Text.Contains(fact.Quote, StringComparison.Ordinal) != true)
            {
                throw new ArgumentException($"{fact.Check}: the quote does not stand in {fact.OutputId}: {fact.Quote}", nameof(facts));
            }

            var key = string.Join('\u0001', fact.Check, fact.OutputId, fact.Entity, fact.Quote, fact.Claim);
            if (_byKey.ContainsKey(key))
            {
                continue;
            }

            ref var number = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_idsByFact, key, out var known);
            if (!known)
            {
                number = _idsByFact.Count;
            }

            var kept = fact with { Id = $"e{number}" };
            _byKey.Add(key, kept);
            _evidence.Add(kept);
            if (!before.Contains(key))
            {
                fresh.Add(kept);
            }
        }

        return fresh;
    }

    /// <summary>
    /// Leaves of each output only the words that facts quote, to free memory, and notes it. Returns the characters dropped.
    /// </summary>
    public long Compact(string note)
    {
        var before = _outputs.Sum(o => (long)o.Text.Length);
        for (var i = 0; i < _outputs.Count; i++)
        {
            var output = _outputs[i];
            var quotes = string.Join('\n', _evidence.Where(e => e.OutputId == output.Id).Select(e => e.Quote).Distinct());
            if (quotes.Length < output.Text.Length)
            {
                _byId[output.Id] = _outputs[i] = output with { Text = quotes, Note = note };
            }
        }

        return before - _outputs.Sum(o => (long)o.Text.Length);
    }
}

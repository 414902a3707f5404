using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Builds a case file again from the events of its investigation, also of one that was cut off.</summary>
public sealed class KeptCase
{
    private const string AlertMark = "{\"type\":\"alert.extracted\"";
    private const string OutputMark = "{\"type\":\"tool.output\"";
    private readonly Dictionary<string, ToolCall> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StringBuilder> _texts = new(StringComparer.Ordinal);
    private readonly List<ToolFinished> _ended = [];
    private readonly Dictionary<string, Evidence> _facts = new(StringComparer.Ordinal);
    private readonly List<string> _lines = [];
    private readonly List<string> _outputs = [];
    private IReadOnlyList<string>? _final;
    private Incident? _incident;
    private Diagnosis? _diagnosis;
    private ModelReview? _review;
    private string _report = "";
    private TimeSpan _elapsed;
    private bool _cancelled;
    private bool _finished;

    /// <summary>The case of an investigation that has said its last word; null when it has not.</summary>
    /// <param name="incident">What it was about, should it have ended before it said so.</param>
    public static CaseFile? Finished(Incident incident, IEnumerable<InvestigationEvent> events)
    {
        var kept = new KeptCase { _incident = incident };
        foreach (var e in events)
        {
            kept.Add(e);
        }

        return kept._finished ? kept.Build() : null;
    }

    public void Add(InvestigationEvent investigationEvent)
    {
        switch (investigationEvent)
        {
            case AlertExtracted e:
                _incident = e.Incident;
                break;
            case ToolStarted e:
                _calls[e.CallId] = e.Call;
                break;
            case ToolOutput e:
                (_texts.TryGetValue(e.CallId, out var text) ? text : _texts[e.CallId] = new StringBuilder()).Append(e.Text);
                break;
            case ToolFinished e:
                _ended.Add(e);
                break;
            case EvidenceFound e:
                _facts[e.Evidence.Id] = e.Evidence;
                break;
            case ModelReviewed e:
                _review = e.Review;
                break;
            case DiagnosisMade e:
                _diagnosis = e.Diagnosis;
                break;
            case ReportWritten e:
                _report = e.Markdown;
                break;
            case InvestigationCancelled:
                _cancelled = true;
                break;
            case InvestigationFinished e:
                (_finished, _elapsed) = (true, e.Elapsed);
                break;
        }
    }

    /// <summary>It is known what it was about, as far as can be seen without reading the lines.</summary>
    internal bool IsAboutSomething { get; private set; }

    /// <summary>Takes a line of its events, or of its end, to be read when the case is wanted.</summary>
    internal void AddLine(string line)
    {
        IsAboutSomething |= line.StartsWith(AlertMark, StringComparison.Ordinal);
        (line.StartsWith(OutputMark, StringComparison.Ordinal) ? _outputs : _lines).Add(line);
    }

    /// <summary>Of each output, the words that were quoted will do.</summary>
    internal void DropOutputs() => _outputs.Clear();

    /// <summary>Reads the lines taken and builds the case.</summary>
    internal CaseFile? Read()
    {
        foreach (var line in _lines.Concat(_outputs))
        {
            if (line.StartsWith(SessionFile.Mark, StringComparison.Ordinal))
            {
                if (SessionFile.Parse(line) is SessionCase closed)
                {
                    Add(closed);
                }
            }
            else if (JsonlEventLog.Parse(line) is { } e)
            {
                Add(e);
            }
        }

        _lines.Clear();
        _outputs.Clear();
        return Build();
    }

    public void Add(SessionCase closed) => _final = closed.Facts;

    /// <summary>The case; null when not even what it was about has been kept.</summary>
    public CaseFile? Build()
    {
        if (_incident is null)
        {
            return null;
        }

        var ledger = new EvidenceLedger();
        foreach (var end in _ended)
        {
            var call = _calls.GetValueOrDefault(end.CallId) ?? new ToolCall(end.CallId);

            // Where the output itself was not kept, the words that were quoted from it were.
            var text = _texts.TryGetValue(end.CallId, out var whole) ? whole.ToString() : string.Join('\n', _facts.Values.Where(f => f.OutputId == end.OutputId).Select(f => f.Quote));
            ledger.Store(new StoredOutput("", call.Tool, call.Arguments, end.Status, text, end.Note, end.At, end.Duration));
        }

        // All facts first, in the order of their numbers, so that each gets the number it had; then those that were left.
        var facts = _facts.Values.Where(f => f.Quote.Length > 0 && ledger.FindOutput(f.OutputId)?.Text.Contains(f.Quote, StringComparison.Ordinal) == true).OrderBy(Number).ToList();
        ledger.Replace(facts);
        if (_final is { } final)
        {
            ledger.Replace(final.Select(id => facts.Find(f => f.Id == id)).OfType<Evidence>());
        }

        return new CaseFile(_incident.Id, _incident, ledger, _diagnosis, _report, _cancelled || !_finished, _elapsed) { Review = _review };
    }

    private static int Number(Evidence fact) => int.TryParse(fact.Id.AsSpan(1), out var number) ? number : int.MaxValue;
}

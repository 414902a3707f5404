namespace OpenSre.Fleet;

/// <summary>Adds up what an agent's records tell: tokens, money, errors, progress, what it does now.</summary>
/// <param name="price">The price of a model, or null when it is not known.</param>
public sealed class AgentMeter(Func<string, Price?> price)
{
    /// <summary>So many of the last calls are looked at for repetition.</summary>
    public const int LoopWindow = 20;

    /// <summary>More of the same call among them is a loop.</summary>
    public const int LoopRepeats = 4;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly Queue<(DateTimeOffset At, long Tokens, decimal Cost)> _uses = new();
    private readonly Queue<DateTimeOffset> _errors = new();
    private readonly Queue<DateTimeOffset> _calls = new();
    private readonly Queue<string> _fingerprints = new();
    private readonly Dictionary<string, ToolStarted> _open = new(StringComparer.Ordinal);
    private readonly List<FileWrite> _writes = [];

    public TokenUse Total { get; private set; }

    /// <summary>USD since the beginning of the records, as far as prices are known.</summary>
    public decimal Cost { get; private set; }

    /// <summary>Some use was of a model whose price is not known: the cost is more than it says.</summary>
    public bool HasUnpriced { get; private set; }

    /// <summary>There was anything to read.</summary>
    public bool HasRecords { get; private set; }

    public string Model { get; private set; } = "";

    public DateTimeOffset LastActivity { get; private set; } = DateTimeOffset.MinValue;

    public DateTimeOffset LastTokens { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Somebody asked for something, and the answer is not complete.</summary>
    public bool InTurn { get; private set; }

    public RequestFailed? LastFailure { get; private set; }

    public long ContextTokens { get; private set; }

    public long ContextLimit { get; private set; }

    /// <summary>The tool it uses now, or null.</summary>
    public ToolStarted? Current => _open.Count == 0 ? null : _open.Values.MaxBy(t => t.At);

    /// <summary>Files it wrote, the newest last.</summary>
    public IReadOnlyList<FileWrite> Writes => _writes;

    /// <summary>A tool call it has made more than four times among its last twenty, or null.</summary>
    public string? Loop => _fingerprints.GroupBy(f => f, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > LoopRepeats)?.Key;

    /// <summary>Tokens of each of the last minutes, the oldest first.</summary>
    public IReadOnlyList<long> PerMinute(int minutes, DateTimeOffset now)
    {
        var sums = new long[minutes];
        foreach (var use in _uses)
        {
            var ago = (int)((now - use.At).TotalMinutes);
            if (ago >= 0 && ago < minutes)
            {
                sums[minutes - 1 - ago] += use.Tokens;
            }
        }

        return sums;
    }

    public long TokensSince(DateTimeOffset since) => _uses.Where(u => u.At > since).Sum(u => u.Tokens);

    public decimal CostSince(DateTimeOffset since) => _uses.Where(u => u.At > since).Sum(u => u.Cost);

    /// <summary>Tool calls it has begun.</summary>
    public int CallsSince(DateTimeOffset since) => _calls.Count(c => c > since);

    public int ErrorsSince(DateTimeOffset since) => _errors.Count(e => e > since);

    public void Add(Activity activity, DateTimeOffset now)
    {
        HasRecords = true;
        var at = activity.At == DateTimeOffset.MinValue ? now : activity.At;
        LastActivity = at > LastActivity ? at : LastActivity;
        switch (activity)
        {
            case TokensUsed used:
                Use(used, at, now);
                break;
            case TurnStarted:
                InTurn = true;
                break;
            case TurnEnded:
                InTurn = false;
                _open.Clear();
                break;
            case ToolStarted tool:
                InTurn = true;
                _open[tool.Id] = tool;
                _calls.Enqueue(at);
                _fingerprints.Enqueue(tool.Fingerprint);
                if (_fingerprints.Count > LoopWindow)
                {
                    _fingerprints.Dequeue();
                }

                _writes.AddRange(tool.Files.Select(f => new FileWrite(f, at, tool.Change)));
                if (_writes.Count > 1000)
                {
                    _writes.RemoveRange(0, 500);
                }

                break;
            case ToolEnded ended:
                _open.Remove(ended.Id);
                if (ended.Failed)
                {
                    _errors.Enqueue(at);
                }

                break;
            case RequestFailed failed:
                LastFailure = failed with { At = at };
                _errors.Enqueue(at);
                break;
            case ContextSeen seen:
                (ContextTokens, ContextLimit) = (seen.Tokens, seen.Limit);
                break;
        }

        while (_errors.Count > 10_000)
        {
            _errors.Dequeue();
        }

        while (_calls.Count > 10_000)
        {
            _calls.Dequeue();
        }
    }

    private void Use(TokensUsed used, DateTimeOffset at, DateTimeOffset now)
    {
        Total += used.Use;
        Model = used.Model.Length > 0 ? used.Model : Model;
        LastTokens = at > LastTokens ? at : LastTokens;
        var cost = price(used.Model)?.Of(used.Use) ?? used.Cost;
        HasUnpriced |= cost is null;
        Cost += cost ?? 0;
        _uses.Enqueue((at, used.Use.Total, cost ?? 0));
        while (_uses.TryPeek(out var oldest) && now - oldest.At > Day)
        {
            _uses.Dequeue();
        }
    }
}

/// <summary>A file an agent wrote, by its own word.</summary>
/// <param name="Change">What it wrote, or the beginning of it.</param>
public sealed record FileWrite(string Path, DateTimeOffset At, string Change);

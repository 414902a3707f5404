using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Tools from outside in a recording: what they were, and each call with its answer, so that a replay makes the same calls
/// without the servers and without their configuration, and those a model or a person had made without either.
/// </summary>
public static partial class SupplyRecording
{
    private const string ListProgram = "opensre:supply";
    private const string CallProgram = "opensre:supplied";

    /// <summary>The same supply; what it gives and what its tools answer is written down, with secrets masked.</summary>
    public static ToolSupply Recorded(ToolSupply supply, IExchangeLog log, TimeProvider time) => supply with
    {
        ReadyAsync = async (approver, cancellation) =>
        {
            var at = time.GetUtcNow();
            var began = time.GetTimestamp();
            var supplied = await supply.ReadyAsync(approver, cancellation).ConfigureAwait(false);
            var list = new SupplyList([.. supplied.Tools.Select(t => SuppliedTool.Of(t.Description))], supplied.Gaps) { Proposed = [.. supply.Proposals.Select(p => p.Tool).Distinct(StringComparer.Ordinal)] };
            Add(log, at, new RecordedRequest("supply", ListProgram, []), new CommandResult(CommandStatus.Exited, 0, JsonSerializer.Serialize(list, SupplyJson.Default.SupplyList), "", 0), time.GetElapsedTime(began));
            return supplied with { Tools = [.. supplied.Tools.Select(t => new Recorder(t, log, time))] };
        },
    };

    /// <summary>The supply of a recording; null when it had none.</summary>
    /// <exception cref="BundleException">What it says of its tools cannot be read.</exception>
    public static ToolSupply? Of(Bundle bundle)
    {
        if (bundle.Exchanges.LastOrDefault(e => e.Request.Program == ListProgram) is not { } listed)
        {
            return null;
        }

        SupplyList? list;
        try
        {
            list = JsonSerializer.Deserialize(listed.Result.Output, SupplyJson.Default.SupplyList);
        }
        catch (JsonException e)
        {
            throw new BundleException("The recording's list of tools from outside cannot be read.", e);
        }

        var answers = new Answers(bundle);
        var supplied = new SuppliedTools([.. (list?.Tools ?? []).Select(t => new Replayed(t.Description(), answers))], list?.Gaps ?? []);
        List<RecordedRequest> calls = [.. bundle.Exchanges.Select(e => e.Request).Where(r => r.Program == CallProgram).DistinctBy(r => r.Key)];
        return new ToolSupply((_, _) => Task.FromResult(supplied))
        {
            Proposals = [.. calls.Select(Proposal)],

            // Recordings of before do not say which calls were configured and which a model's.
            Reserved = list?.Proposed is { } proposed ? calls.Count(c => proposed.Contains(c.Operation, StringComparer.Ordinal)) : null,
        };
    }

    private static void Add(IExchangeLog log, DateTimeOffset at, RecordedRequest request, CommandResult result, TimeSpan took) =>
        log.Add(new BundleExchange(at, BundleRedaction.Clean(request), BundleRedaction.Clean(result), Math.Round(took.TotalMilliseconds, 1)));

    private static RecordedRequest Request(string tool, IReadOnlyDictionary<string, string> arguments) =>
        new(tool, CallProgram, [.. arguments.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}")]);

    private static ToolProposal Proposal(RecordedRequest request) =>
        new(request.Operation, request.Arguments.Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a.Length > 1 ? a[1] : "", StringComparer.Ordinal), []) { IsLiteral = true };

    /// <summary>A replay begins a moment before the recording did its work: the times in its questions are not quite the same.</summary>
    private static string Key(RecordedRequest request) => Times().Replace(BundleRedaction.Clean(request).Key, "<time>");

    private static CommandResult Result(ToolResult result) => result.Status switch
    {
        ToolStatus.Ok => new CommandResult(CommandStatus.Exited, 0, result.Text, result.Note, 0),
        ToolStatus.Missing => new CommandResult(CommandStatus.NotFound, -1, result.Text, result.Note, 0),
        ToolStatus.Refused => new CommandResult(CommandStatus.Refused, -1, result.Text, result.Note, 0),
        ToolStatus.TimedOut => new CommandResult(CommandStatus.TimedOut, -1, result.Text, result.Note, 0),
        ToolStatus.NotRecorded => new CommandResult(CommandStatus.NotRecorded, -1, result.Text, result.Note, 0),
        _ => new CommandResult(CommandStatus.Exited, 1, result.Text, result.Note, 0),
    };

    private static ToolResult Result(CommandResult result) => new(
        result switch
        {
            { Status: CommandStatus.Exited, ExitCode: 0 } => ToolStatus.Ok,
            { Status: CommandStatus.NotFound } => ToolStatus.Missing,
            { Status: CommandStatus.Refused } => ToolStatus.Refused,
            { Status: CommandStatus.TimedOut } => ToolStatus.TimedOut,
            { Status: CommandStatus.NotRecorded } => ToolStatus.NotRecorded,
            _ => ToolStatus.Failed,
        },
        result.Output,
        result.Error);

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})|\b1\d{9}(\d{3}|\d{6}|\d{9})?\b")]
    private static partial Regex Times();

    private sealed class Recorder(IEvidenceTool inner, IExchangeLog log, TimeProvider time) : IEvidenceTool
    {
        public ToolDescription Description => inner.Description;

        public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
        {
            var at = time.GetUtcNow();
            var began = time.GetTimestamp();
            var result = await inner.RunAsync(arguments, cancellation).ConfigureAwait(false);
            Add(log, at, Request(Description.Name, arguments), Result(result), time.GetElapsedTime(began));
            return result;
        }
    }

    private sealed class Replayed(ToolDescription description, Answers answers) : IEvidenceTool
    {
        public ToolDescription Description => description;

        public Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation) => Task.FromResult(answers.To(Request(description.Name, arguments)));
    }

    /// <summary>The answers of a recording, in the order they were given; the last one again and again.</summary>
    private sealed class Answers
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, Queue<ToolResult>> _byCall = new(StringComparer.Ordinal);

        public Answers(Bundle bundle)
        {
            foreach (var exchange in bundle.Exchanges.Where(e => e.Request.Program == CallProgram))
            {
                var key = Key(exchange.Request);
                if (!_byCall.TryGetValue(key, out var queue))
                {
                    _byCall.Add(key, queue = new Queue<ToolResult>());
                }

                queue.Enqueue(Result(exchange.Result));
            }
        }

        public ToolResult To(RecordedRequest request)
        {
            lock (_lock)
            {
                return !_byCall.TryGetValue(Key(request), out var queue) ? new ToolResult(ToolStatus.NotRecorded, "", "The recording holds no answer to this call.")
                    : queue.Count > 1 ? queue.Dequeue() : queue.Peek();
            }
        }
    }
}

/// <summary>What a recording keeps of a supply.</summary>
internal sealed record SupplyList(IReadOnlyList<SuppliedTool> Tools, IReadOnlyList<Gap> Gaps)
{
    /// <summary>Tools that the engine was to call by itself; null in recordings of before that was kept.</summary>
    public IReadOnlyList<string>? Proposed { get; init; }
}

/// <summary>What a recording keeps of a tool from outside.</summary>
internal sealed record SuppliedTool(string Name, string Summary, IReadOnlyList<ToolParameter> Parameters, double TimeoutSeconds, int OutputLimit, double Cost, string? Schema)
{
    public static SuppliedTool Of(ToolDescription d) => new(d.Name, d.Summary, d.Parameters, d.Timeout.TotalSeconds, d.OutputLimit, d.Cost, d.Schema);

    /// <summary>Nobody is asked in a replay: nothing is called.</summary>
    public ToolDescription Description() => new(Name, Summary, Parameters, TimeSpan.FromSeconds(TimeoutSeconds), OutputLimit, Cost) { Schema = Schema };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SupplyList))]
internal sealed partial class SupplyJson : JsonSerializerContext;

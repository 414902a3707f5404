using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenSre.Core;
using OpenSre.Models;

namespace OpenSre.Bench.Models;

/// <summary>
/// 1,000 tool results of 100 KB: all of them kept whole in a ledger, each answered to a model whose window is 200,000 tokens.
/// Nothing the model is sent may exceed the window, and the process may not exceed 300 MB.
/// </summary>
internal static class Thousand
{
    private const int Results = 1_000;
    private const int PerStep = 10;
    private const int Length = 100_000;
    private const int Window = 200_000;

    public static async Task<int> RunAsync()
    {
        var ledger = new EvidenceLedger();
        var gate = new Lock();
        var tool = new AgentTool("logs", "reads logs", """{"type":"object","properties":{"part":{"type":"string"}}}""", (arguments, _) =>
        {
            StoredOutput stored;
            lock (gate)
            {
                stored = ledger.Store(new StoredOutput("", "logs", arguments, ToolStatus.Ok, Log(ledger.Outputs.Count), "", DateTimeOffset.UnixEpoch, TimeSpan.Zero));
            }

            // As large as the desk lets an answer be; the whole text stays in the ledger.
            return Task.FromResult(new AgentToolAnswer($"{stored.Id}: {stored.Text[..10_000]}", $"{stored.Id} logs: {stored.Text.Length} characters kept (read_output shows it)"));
        });
        using var model = new Caller();
        await using var agent = new ChatAgent(model, "stand-in", Window, 8_192);
        var began = Stopwatch.GetTimestamp();
        var end = "";
        await foreach (var update in agent.RunAsync(new AgentTask { Instructions = "look", Prompt = "why", Tools = [tool], Budget = new AgentBudget(Steps: Results, Tokens: long.MaxValue) }, CancellationToken.None))
        {
            end = update is AgentFinished finished ? $"{finished.End} {finished.Reason}" : end;
        }

        using var process = Process.GetCurrentProcess();
        var kept = ledger.Outputs.Sum(o => (long)o.Text.Length);
        Console.WriteLine($"{ledger.Outputs.Count} tool results of {Length:N0} characters, {kept:N0} kept whole, in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s ({end})");
        Console.WriteLine($"  longest request  {model.Longest:N0} characters, at 3 a token {model.Longest / 3:N0} of {Window:N0} tokens");
        Console.WriteLine($"  peak memory      {process.PeakWorkingSet64 / 1_000_000.0:0} MB resident");
        GC.KeepAlive(ledger);
        return model.Longest / 3 <= Window && process.PeakWorkingSet64 <= 300_000_000 && ledger.Outputs.Count == Results ? 0 : 1;
    }

    private static string Log(int number) => string.Create(Length, number, static (text, seed) =>
    {
        var random = new Random(seed);
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = i % 100 == 99 ? '\n' : (char)('a' + random.Next(26));
        }
    });

    /// <summary>A model that calls the tool ten times a step until it has called it often enough.</summary>
    private sealed class Caller : IChatClient
    {
        private int _calls;

        public long Longest { get; private set; }

        public void Dispose()
        {
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Longest = Math.Max(Longest, messages.SelectMany(m => m.Contents).Sum(c => (long)(c switch { TextContent t => t.Text.Length, FunctionResultContent r => (r.Result as string)?.Length ?? 0, FunctionCallContent => 60, _ => 0 })));
            await Task.Yield();
            if (_calls == Results)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, "done");
                yield break;
            }

            for (var i = 0; i < PerStep; i++)
            {
                _calls++;
                yield return new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent($"c{_calls}", "logs", new Dictionary<string, object?> { ["part"] = $"{_calls}" })]);
            }
        }
    }
}

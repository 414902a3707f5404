using System.Text.Json;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>Whatever fails, and however often: a sentence, and the session goes on.</summary>
public sealed class FailureStormTests : LiveHarness
{
    private const int MostRows = 3;

    [Fact]
    public async Task A_thousand_failures_are_at_most_three_rows_each_and_never_a_stack()
    {
        var random = new Random(11);
        _investigate = (_, _, _, _) => throw Failure(random);
        _with = host => host with
        {
            Watch = _ => throw Failure(random),
            Replay = (_, _, _) => throw Failure(random),
            Programs = [new SessionProgram("/broken", "/broken", "a test", "/broken", (_, _, _) => throw Failure(random))],
        };
        Start();
        string[] inputs =
        [
            "disk full", "{\"broken\": ", "/demo fail", "/broken", "/watch pid 1", "/watch unit", "/save", "/resume nothing of that kind", "/replay missing", "/staus", "/evidence e99", "/cancel t99",
            "/background cpu high", "/context what", "/feedback", "/alerts listen x", "missing.json", "/trust maybe", "/why", "/record",
        ];
        var before = _terminal.Look(s => s.All().Count);
        for (var i = 0; i < 1000; i++)
        {
            await _live!.Session.AnswerAsync(inputs[random.Next(inputs.Length)]).WaitAsync(Patience, TestContext.Current.CancellationToken);
            if (i % 50 == 0)
            {
                // When the mark is drawn, so is all before it; a run behind the prompt may say so a little later.
                _live!.Session.Say($"mark {i}");
                See($"mark {i}\n");
                var now = _terminal.Look(s => s.All().Count);
                Assert.InRange(now - before, 0, MostRows * 60);
                before = now;
            }
        }

        Type("/status\r");
        See("running   nothing");
        var rows = _terminal.Look(s => s.All());
        Assert.DoesNotContain(rows, r => r.Contains("   at ", StringComparison.Ordinal) || r.Contains("Exception", StringComparison.Ordinal));
        Assert.InRange(rows.Count, 400, 1000 * MostRows);
        Assert.False(_live!.Ended);
        Assert.Empty(_terminal.Look(s => s.Refused));
    }

    /// <summary>What is stopped may end by itself in the same moment, as a child does that hears Ctrl+C as well.</summary>
    [Fact]
    public async Task Stopping_what_ends_in_this_moment_is_no_failure()
    {
        Start();
        using var enough = new CancellationTokenSource();
        var stopping = Task.Run(() =>
        {
            while (!enough.IsCancellationRequested)
            {
                _live!.Session.Interrupt();
            }
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 3000 && !stopping.IsCompleted; i++)
        {
            await _live!.Session.AnswerAsync("/demo silence 0").WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        await enough.CancelAsync();
        await stopping;
    }

    private static Exception Failure(Random random) => random.Next(7) switch
    {
        0 => new HttpRequestException("Response status code does not indicate success: 500 (Internal Server Error)."),
        1 => new JsonException("'<' is an invalid start of a value. Path: $ | LineNumber: 0 | BytePositionInLine: 0."),
        2 => new TimeoutException("It did not answer.\n   at Somewhere.Deep() in /src/deep.cs:line 7\n   at Elsewhere()"),
        3 => new AggregateException(new InvalidOperationException("one"), new IOException("two")),
        4 => new KeyNotFoundException("The given key was not present."),
        5 => new OperationCanceledException("Cancelled by nobody."),
        _ => new IOException(new string('x', 5000)),
    };
}

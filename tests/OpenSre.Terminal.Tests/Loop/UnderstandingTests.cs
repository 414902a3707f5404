using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>The session says what it took words for, and is corrected.</summary>
public sealed class UnderstandingTests : LiveHarness
{
    [Fact]
    public void A_question_that_was_taken_for_something_new_is_answered_from_the_case_before()
    {
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        Type("pods of checkout restart\r");
        See("taken as something new to look into; /no asks it about DiskFull");
        Wait(() => _investigated.Count == 2, "it to be looked into");
        See("idle");
        Type("no, that was a follow-up\r");
        See("Questions are about DiskFull again.");
        Type("/no\r");
        See("There is nothing to correct");
    }

    [Fact]
    public void Something_new_that_was_taken_for_a_question_is_looked_into()
    {
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        Type("show the evidence\r");
        See("taken as a question about DiskFull; /no looks into it as something new");
        Assert.Single(_investigated);
        Type("/no\r");
        Wait(() => _investigated.Count == 2, "it to be looked into");
    }

    [Fact]
    public void Of_doubtful_words_a_model_says_what_they_are_and_the_session_says_that_it_did()
    {
        List<string> asked = [];
        _with = host => host with
        {
            ResolveDoubt = (_, text, _) =>
            {
                asked.Add(text);
                return Task.FromResult(text.Contains("prove", StringComparison.Ordinal) ? new DoubtResolved("scripted", "show the evidence") { Cost = new ModelCost(1, 310, 0, 2, 0.001m) } : text.Contains("cart", StringComparison.Ordinal) ? new DoubtResolved("scripted", null) : null);
            },
        };
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        Type("is there anything that would prove this to my boss?\r");
        See("scripted takes it as a question about DiskFull (show the evidence)");
        Assert.Single(_investigated);
        Type("is cart slow as well?\r");
        See("scripted takes it as something new");
        Wait(() => _investigated.Count == 2, "it to be looked into");
        See("idle");
        Type("is the moon full?\r");
        Wait(() => _investigated.Count == 3, "it to be looked into without the model's word");

        // What is clear is not asked.
        See("idle");
        Type("why?\r");
        See("› why?");
        Type("pods of checkout restart\r");
        Wait(() => _investigated.Count == 4, "it to be looked into");
        Assert.Equal(3, asked.Count);
        See("idle");
        Type("/cost\r");
        See("what doubtful words meant  1 request, 310 tokens read");
    }

    [Fact]
    public void What_is_to_be_left_out_is_remembered_when_nothing_runs_and_can_be_taken_for_something_new()
    {
        List<string> heard = [];
        _investigate = (_, publish, steering, _) =>
        {
            while (steering.TryTake(out var text))
            {
                heard.Add(text);
            }

            return Finish(publish);
        };
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        Type("ignore redis\r");
        See("Later investigations will hear that");
        Type("/context\r");
        See("correction  ignore redis");
        Assert.Single(_investigated);
        Type("pods of checkout restart\r");
        Wait(() => _investigated.Count == 2, "the second investigation");
        See("idle");
        Assert.Equal(["ignore redis"], heard);
        Type("ignore the cache\r");
        Wait(() => Count("Later investigations will hear that") == 2, "it to be remembered");
        Type("/no\r");
        Wait(() => _investigated.Count == 3, "it to be looked into");
        Assert.Equal(["ignore redis"], _live!.Session.Context.Corrections);
    }

    [Fact]
    public void A_run_that_should_not_have_begun_is_stopped_by_the_correction()
    {
        Start();
        Type("disk full on web-1\r");
        See("idle · 1 fact");
        var isStopped = false;
        _investigate = async (_, publish, _, cancellation) =>
        {
            publish(new InvestigationStarted("wrong", "built-in engine"));
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
            isStopped = cancellation.IsCancellationRequested;
            return Case() with { InvestigationId = "i2", Cancelled = true };
        };
        Type("pods of checkout restart\r");
        See("▸ wrong");
        Type("that was a question\r");
        See("Questions are about DiskFull again.");
        Assert.True(isStopped);
        Type("show the evidence\r");
        See("taken as a question about DiskFull");
    }

    [Fact]
    public void Alerts_that_came_and_what_is_watched_come_back_with_the_session()
    {
        Action<AlertArrival>? arrive = null;
        var looks = 0;
        _with = host => host with
        {
            NewId = () => "s2",
            Listen = (port, arrived, cancellation) =>
            {
                arrive = arrived;
                return Task.Delay(Timeout.Infinite, cancellation);
            },
            Watch = target => new Probe(() => Interlocked.Increment(ref looks)),
        };
        Start();
        Type("/alerts listen 9999\r");
        See("· listening");
        Wait(() => Volatile.Read(ref arrive) is not null, "the listener to begin");
        arrive!(new AlertArrival("alertmanager webhook", "{}", [SampleRun.Alert with { Fingerprint = "f1" }]));
        arrive(new AlertArrival("alertmanager webhook", "{}", [SampleRun.Alert with { Name = "Slow", Fingerprint = "f2" }]));
        See("· 2 alerts");
        Type("/investigate a1\r");
        See("· 1 alert");
        Type("/watch https://shop.example/health time>2s every 1h\r");
        See("watches https://shop.example/health");
        Wait(() => Volatile.Read(ref looks) == 1, "the first look");
        Type("/watch https://other.example/ every 1h\r");
        See("watches https://other.example/");
        Type("/cancel t4\r");
        See("t4 is stopped");
        Type("/new\r");
        See("/resume s1 goes back.");
        Type("/alerts\r");
        See("No alert has come.");
        Type("/resume s1\r");
        See("1 alert not looked into yet; /alerts lists them.");
        Assert.Equal(1, Count("watches https://shop.example/health"));
        Assert.Equal(1, Count("watches https://other.example/"));
        Type("/alerts\r");
        See("looked into DiskFull");
        See("fires Slow");
    }

    private sealed class Probe(Action looked) : IWatchProbe
    {
        public IReadOnlyList<string> Metrics { get; } = ["time"];

        public Task<WatchReading> LookAsync(CancellationToken cancellation)
        {
            looked();
            return Task.FromResult(new WatchReading("200 in 3 ms", null, new Dictionary<string, double>(StringComparer.Ordinal) { ["time"] = 0.003 }));
        }
    }
}

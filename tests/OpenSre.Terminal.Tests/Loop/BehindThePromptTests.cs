using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>What goes on while a person types: other investigations, watches, alerts that arrive.</summary>
public sealed class BehindThePromptTests : LiveHarness
{
    [Fact]
    public void Investigations_run_behind_while_one_types_and_come_forward_when_they_are_asked_for()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _investigate = async (_, publish, _, cancellation) =>
        {
            publish(new InvestigationStarted("behind", "built-in engine"));
            await go.Task.WaitAsync(cancellation);
            return await Finish(publish);
        };
        Start();
        Type("/background cpu high on db-3\r");
        See("t1 looks into cpu high on db-3 in the background");
        See("idle · 1 in the background");
        Type("a half typed line");
        See("› a half typed line");
        Assert.Equal(0, Count("▸ behind"));
        Type("\u0015/tasks\r");
        See("t1  running  investigation  cpu high on db-3");
        Type("half typed again");
        go.SetResult();
        See("● t1 cpu high on db-3: ");
        See("› half typed again\n  built-in engine · idle");
        Type("\u0015/background t1\r");
        See("Questions are about cpu high on db-3 from now on.");
        Type("/evidence\r");
        See("1 fact");
    }

    [Fact]
    public void A_run_is_put_behind_and_brought_back_and_stopping_the_foreground_leaves_it_alone()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _investigate = async (name, publish, _, cancellation) =>
        {
            publish(new InvestigationStarted(name, "built-in engine"));
            if (name.StartsWith("disk", StringComparison.Ordinal))
            {
                await go.Task.WaitAsync(cancellation);
            }

            return await Finish(publish);
        };
        Start();
        Type("disk full on web-1\r");
        See("looking");
        Type("/background\r");
        See("t1 disk full on web-1 goes on in the background");
        See("idle · 1 in the background");

        // The unambiguous form of Escape: the plain one and a key right behind it are Alt and that key on a busy machine.
        Type("\u001b[27u!sleep 60\r");
        See("Esc stops");
        Type("\u001b");
        See("Stopped.");
        See("1 in the background");
        Type("/background t1\r");
        See("looking");
        go.SetResult();
        See("Root cause (93 %)");
        See("idle · 1 fact");
        Type("/tasks\r");
        See("t1  done     investigation  disk full on web-1");
    }

    [Fact]
    public void A_task_is_stopped_by_its_id_and_an_unknown_one_is_said_to_be_unknown()
    {
        _investigate = async (_, publish, _, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
            publish(new InvestigationCancelled(0));
            return Case() with { Cancelled = true, Diagnosis = null, Report = "" };
        };
        Start();
        Type("/background cpu high\r");
        See("1 in the background");
        Type("/cancel t9\r");
        See("No task t9 runs");
        Type("/cancel t1\r");
        See("t1 is stopped: cpu high.");
        See("● t1 cpu high: stopped");
    }

    [Fact]
    public void Alerts_are_announced_above_the_prompt_once_and_are_looked_into_by_their_id()
    {
        Action<AlertArrival>? arrive = null;
        _with = host => host with
        {
            Listen = (port, arrived, cancellation) =>
            {
                arrive = arrived;
                return Task.Delay(Timeout.Infinite, cancellation);
            },
        };
        Start();
        Type("/alerts\r");
        See("No alert has come.");
        Type("/alerts listen 9999\r");
        See("takes alerts at http://127.0.0.1:9999/");
        See("· listening");
        Type("a half typed line");
        See("› a half typed line");
        var alert = SampleRun.Alert with { Fingerprint = "f1" };
        Wait(() => Volatile.Read(ref arrive) is not null, "the listener to begin");
        arrive!(new AlertArrival("alertmanager webhook", "{}", [alert]));
        See("● a1 critical DiskFull: disk full on web-1 · alertmanager webhook · /investigate a1");
        See("› a half typed line\n  built-in engine · idle · listening · 1 alert");
        arrive(new AlertArrival("alertmanager webhook", "{}", [alert]));
        Type("\u0015/alerts\r");
        See("2 times");
        Assert.Equal(1, Count("● a1"));
        Type("/investigate a1\r");
        Wait(() => _investigated.Contains("DiskFull"), "the alert to be looked into");
        arrive(new AlertArrival("alertmanager webhook", "{}", [alert with { Status = AlertStatus.Resolved }]));
        See("○ a1 DiskFull is over");
        Type("/cancel t1\r");
        Wait(() => Count("idle · listening") == 0, "the listener to end");
    }

    [Fact]
    public void A_watch_says_when_a_limit_is_passed_and_when_it_is_well_again_and_draws_its_figures()
    {
        var probe = new Probe();
        _with = host => host with { Watch = target => target.Name == "nothing" ? throw new InvalidDataException("There is no such thing.") : probe };
        Start();
        Type("/watch pid nothing\r");
        See("There is no such thing.");
        Type("/watch pid 7 heat>3\r");
        See("gives cpu, and not heat.");
        Type("/watch pid\r");
        See("Say what to watch");
        Type("/watch pid 7 cpu>80 every 100ms\r");
        See("watches pid 7 every 100 ms, cpu>80");
        Type("half");
        See("· 1 watch");
        probe.Cpu = 95;
        See("● a1 error watch pid 7: cpu is 95 %, past cpu>80 · watch t1");
        See("1 watch, 1 in trouble");
        probe.Cpu = 10;
        See("○ a1 watch pid 7 is over");
        See("› half\n");
        Type("\u0015/tasks\r");
        See("cpu ▂");
        Assert.Equal(1, Count("█"));
        Type("/cancel t1\r");
        Wait(() => Count("idle · 1 watch") == 0, "the watch to end");
    }

    private sealed class Probe : IWatchProbe
    {
        public double Cpu { get; set; } = 20;

        public IReadOnlyList<string> Metrics { get; } = ["cpu"];

        public Task<WatchReading> LookAsync(CancellationToken cancellation) =>
            Task.FromResult(new WatchReading("running", null, new Dictionary<string, double> { ["cpu"] = Cpu }));
    }
}

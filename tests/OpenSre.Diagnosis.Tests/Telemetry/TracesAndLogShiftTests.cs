using System.Globalization;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class TracesAndLogShiftTests
{
    [Fact]
    public void The_deepest_failing_service_of_the_failing_traces_is_named()
    {
        var traces = Many(12, i => Trace($"ok{i}", 40, 30, 10, failed: false)) + Many(6, i => Trace($"bad{i}", 40, 30, 10, failed: true));
        var evidence = Seen(traces);
        var found = Assert.Single(evidence, e => e.Family == "trace.failing");
        Assert.Equal("store", found.Entity.Name);
        Assert.Contains("100", found.Claim, StringComparison.Ordinal);
        Assert.Contains(found.Bearings, b => b is { FaultType: TelemetryFaults.Failing, Weight: > 1 });
    }

    [Fact]
    public void A_service_most_sound_traces_pass_through_too_weighs_less()
    {
        double Weight(int sound) => Seen(Many(sound, i => Trace($"ok{i}", 40, 30, 10, false)) + Many(2, i => Trace($"bad{i}", 40, 30, 10, true)))
            .Single(e => e.Family == "trace.failing").Bearings[0].Weight;
        Assert.True(Weight(1) > Weight(12), $"{Weight(1)} against {Weight(12)}");
    }

    [Fact]
    public void A_slow_service_is_told_from_its_caller()
    {
        var traces = Many(8, i => Trace($"ok{i}", 40, 30, 10, false)) + Many(4, i => Trace($"slow{i}", 940, 930, 910, false));
        var evidence = Seen(traces);
        var found = Assert.Single(evidence, e => e.Family == "trace.slow");
        Assert.Equal("store", found.Entity.Name);
        Assert.Contains("own time", found.Claim, StringComparison.Ordinal);
    }

    [Fact]
    public void Delay_on_the_way_is_told_from_time_in_a_service()
    {
        var traces = Many(8, i => Trace($"ok{i}", 40, 30, 10, false)) + Many(4, i => Trace($"slow{i}", 940, 930, 10, false));
        var evidence = Seen(traces);
        var found = Assert.Single(evidence, e => e.Family == "trace.slow");
        Assert.Contains("between shop and store", found.Claim, StringComparison.Ordinal);
    }

    [Fact]
    public void Sound_traces_say_nothing() => Assert.DoesNotContain(Seen(Many(20, i => Trace($"ok{i}", 40 + i, 30, 10, false))), e => e.Family.StartsWith("trace.", StringComparison.Ordinal));

    [Fact]
    public void The_first_new_error_is_named_and_old_noise_is_not()
    {
        var start = Lab.Now.AddMinutes(-65);
        string Log(int minute, string service, string severity, string text) => $"log at={start.AddMinutes(minute).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)} service={service} severity={severity} text={text}\n";
        var noise = Many(60, m => Log(m, "mail", "ERROR", $"mailbox {m} is full"));
        var news = Many(8, m => Log(42 + m, "store", "ERROR", $"deadlock found, transaction {m} rolled back")) + Many(8, m => Log(44 + m, "shop", "ERROR", $"order {m} could not be stored"));
        var lab = Lab.Alert("shop errors", "orders fail", ("service", "shop"));
        lab.Saw(TelemetryTools.Logs, $"window from={start.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}\n{noise}{news}");
        lab.Weighed();
        var shifts = lab.Ledger.Evidence.Where(e => e.Family == "log.shift").ToList();
        Assert.DoesNotContain(shifts, e => e.Entity.Name == "mail");
        Assert.Contains("first new error", Assert.Single(shifts, e => e.Entity.Name == "store").Claim, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Evidence> Seen(string spans)
    {
        var lab = Lab.Alert("web trouble", "web is in trouble", ("service", "web"));
        lab.Saw(TelemetryTools.Traces, spans);
        lab.Weighed();
        return lab.Ledger.Evidence;
    }

    private static string Many(int count, Func<int, string> of) => string.Concat(Enumerable.Range(0, count).Select(of));

    /// <summary>web calls shop calls store; each with its milliseconds.</summary>
    private static string Trace(string id, double web, double shop, double store, bool failed)
    {
        string Line(string span, string parent, string service, double start, double duration) => string.Create(CultureInfo.InvariantCulture, $"span trace={id} id={span} parent={parent} service={service} start_ms={start} duration_ms={duration} status={(failed ? "ERROR" : "OK")} text=call\n");
        return Line("a", "", "web", 0, web) + Line("b", "a", "shop", 2, shop) + Line("c", "b", "store", 4, store);
    }
}

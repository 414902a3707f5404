namespace OpenSre.Diagnostics;

public sealed class ClockCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "clock.sync",
        ["host.clock"],
        "A time source that measures an offset of a second or more; a clock that is not synchronised (weak).",
        ["clock.skew"],
        "the measured offset is below 100 ms");

    public void Examine(CheckContext context)
    {
        foreach (var chrony in context.Records("host.clock", "chrony").Where(c => c.Line.Contains("System time", StringComparison.Ordinal)))
        {
            Judge(context, chrony, double.TryParse(chrony["text"].Split(' ')[0], out var seconds) ? seconds : null);
        }

        foreach (var ntp in context.Records("host.clock", "ntp").Where(c => c.Line.Contains("offset", StringComparison.Ordinal)))
        {
            Judge(context, ntp, ntp.Number("offset") / 1000);
        }

        foreach (var timedate in context.Records("host.clock", "timedate"))
        {
            if (timedate["NTPSynchronized"] == "no")
            {
                context.Found(timedate, context.Host, "clock.sync", "the clock is not synchronised", "clock.skew", 1.5);
            }
            else if (timedate["NTPSynchronized"] == "yes")
            {
                context.Rechecked(timedate.Output, Symptom.Clock, context.Host, false, timedate.Line, "the clock is synchronised now", 2.5);
            }
        }
    }

    private static void Judge(CheckContext context, Record record, double? offset)
    {
        if (offset is { } seconds && Math.Abs(seconds) >= 1)
        {
            context.Found(record, context.Host, "clock.offset", $"the clock is off by {Math.Abs(seconds):0.###} s", "clock.skew", 4);
            context.Rechecked(record.Output, Symptom.Clock, context.Host, true, record.Line, "the clock is off now");
        }
        else if (offset is { } small && Math.Abs(small) < 0.1)
        {
            context.Found(record, context.Host, "clock.offset", $"the clock is off by {Math.Abs(small) * 1000:0.#} ms", "clock.skew", -3, contradicts: true);
            context.Rechecked(record.Output, Symptom.Clock, context.Host, false, record.Line, "the clock is right now");
        }
    }
}

namespace OpenSre.Diagnostics;

public sealed class TemperatureCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "thermal.sensor",
        ["host.temperature"],
        "A sensor at its own critical or maximum value, or above 90 °C where it names none.",
        ["thermal.overheating"],
        "every sensor is 15 °C or more below its limit");

    public void Examine(CheckContext context)
    {
        foreach (var record in context.Records("host.temperature", "sensor").Concat(context.Records("host.temperature", "zone")))
        {
            var degrees = record.Number("milli_c") / 1000;
            var limit = (record.Number("max_milli_c") ?? record.Number("hot_milli_c") ?? record.Number("crit_milli_c") ?? record.Number("critical_milli_c") ?? 90_000) / 1000;
            if (degrees is not { } value || value is < -40 or > 150 || limit <= 0)
            {
                continue;
            }

            if (value >= limit)
            {
                context.Found(record, context.Host, "thermal", $"a sensor reads {value:0} °C; its limit is {limit:0} °C", "thermal.overheating", 4);
                context.Rechecked(record.Output, Symptom.Temperature, context.Host, true, record.Line, $"a sensor reads {value:0} °C now");
            }
            else if (value < limit - 15)
            {
                context.Rechecked(record.Output, Symptom.Temperature, context.Host, false, record.Line, $"a sensor reads {value:0} °C, its limit is {limit:0} °C", 3);
            }
        }
    }
}

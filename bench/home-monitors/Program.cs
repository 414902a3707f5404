using OpenSre.Home.Tests;

var days = args.Length > 0 ? int.Parse(args[0]) : 5;
Console.WriteLine("Two days of three hosts, a look a minute, without a fault:");
for (var seed = 1; seed <= days; seed++)
{
    // Processor time, not time on the clock: other programs run on the machine as well.
    var began = Environment.CpuUsage.TotalTime;
    var result = await new Simulation(seed).RunAsync(TimeSpan.FromHours(48), []);
    var took = Environment.CpuUsage.TotalTime - began;
    Console.WriteLine($"  seed {seed}: {result.Looks} looks, {result.False.Count} false notices, {result.Digests} digests, {took.TotalMicroseconds / result.Looks:F0} µs of processor a look with all that follows from it, {100 * took / TimeSpan.FromHours(48):F3} % of one processor");
    foreach (var message in result.False)
    {
        Console.WriteLine($"    {message.At:dd HH:mm} {message.Text.ReplaceLineEndings(" / ")}");
    }
}

Console.WriteLine();
Console.WriteLine($"The same with {Simulation.Faults.Count} faults, {days} seeds: from the fault to the message, in minutes");
List<Simulation.Outcome> all = [];
var wrong = 0;
for (var seed = 101; seed <= 100 + days; seed++)
{
    var result = await new Simulation(seed).RunAsync(TimeSpan.FromHours(49), Simulation.Faults);
    all.AddRange(result.Outcomes);
    wrong += result.False.Count;
}

foreach (var fault in all.GroupBy(o => o.Fault.Name))
{
    var told = fault.Select(o => o.Told?.TotalMinutes).OfType<double>().Order().ToList();
    Console.WriteLine($"  {fault.Key,-20} told {told.Count}/{fault.Count()}, median {(told.Count > 0 ? told[told.Count / 2] : double.NaN),6:F1}, longest {(told.Count > 0 ? told[^1] : double.NaN),6:F1}, allowed {fault.First().Fault.Within.TotalMinutes,4:F0}, recovery told {fault.Count(o => o.Recovered)}/{fault.Count()}");
}

Console.WriteLine($"  in time: {all.Count(o => o.Told <= o.Fault.Within)} of {all.Count}; false notices: {wrong} in {days * 49} hours");

namespace OpenSre.Home.Tests;

public class ContractTests
{
    [Fact]
    public void What_was_not_read_is_not_zero()
    {
        var reading = new HostReading("nas", default, default, "no answer", new Dictionary<string, string>());
        Assert.Null(reading.CpuPercent);
        Assert.Null(reading.MemoryAvailable);
        Assert.Null(reading.FailedUnits);
    }
}

using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class PlannerTests
{
    private static IReadOnlyList<RankedLead> Rank(Lab lab, HashSet<string>? asked = null, Func<string, double?>? cost = null)
    {
        var assessment = lab.Assess();
        return Planner.Rank(assessment.Context, assessment.Candidates, cost ?? (_ => 1), asked ?? []);
    }

    [Theory]
    [InlineData("HostOutOfDiskSpace", "host.disk")]
    [InlineData("HostHighCpuLoad", "host.cpu")]
    [InlineData("MemoryLow", "host.memory")]
    [InlineData("CertificateExpiring", "host.clock")]
    [InlineData("ContainerUnhealthy", "docker.containers")]
    public void The_first_look_fits_the_complaint(string alert, string tool) =>
        Assert.Equal(tool, Rank(Lab.Alert(alert)).First(l => l.Lead.Call.Tool != "host.overview").Lead.Call.Tool);

    [Fact]
    public void What_was_asked_is_not_asked_again() =>
        Assert.DoesNotContain(Rank(Lab.Alert("HostOutOfDiskSpace"), ["host.disk"]), l => l.Lead.Call.Tool == "host.disk");

    [Fact]
    public void A_tool_that_does_not_exist_here_is_not_planned() =>
        Assert.DoesNotContain(Rank(Lab.Alert("HostOutOfDiskSpace"), cost: t => t == "host.disk" ? null : 1), l => l.Lead.Call.Tool == "host.disk");

    [Fact]
    public void An_expensive_look_must_promise_more()
    {
        var cheap = Rank(Lab.Alert("HostOutOfDiskSpace"));
        var dear = Rank(Lab.Alert("HostOutOfDiskSpace"), cost: t => t == "host.disk" ? 10 : 1);
        Assert.True(cheap.Single(l => l.Lead.Call.Tool == "host.disk").Value > dear.Single(l => l.Lead.Call.Tool == "host.disk").Value);
    }

    [Fact]
    public void A_named_service_is_inspected() =>
        Assert.Contains(Rank(Lab.Alert("Errors", "", ("service", "checkout"))), l => l.Lead.Call.Key == "service.inspect name=checkout");
}

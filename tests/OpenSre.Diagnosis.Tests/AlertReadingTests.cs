using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class AlertReadingTests
{
    private static AlertReading Read(string name, string summary = "", params (string, string)[] labels) => new(Lab.Alert(name, summary, labels).Incident);

    [Theory]
    [InlineData("HostOutOfDiskSpace", "", Symptom.DiskSpace)]
    [InlineData("NodeFilesystemAlmostOutOfFiles", "inodes are running out", Symptom.Inodes)]
    [InlineData("HostHighCpuLoad", "", Symptom.Cpu)]
    [InlineData("KubePodOomKilled", "", Symptom.OutOfMemory)]
    [InlineData("InstanceDown", "", Symptom.Down)]
    [InlineData("ServiceRestarting", "x restarts in a loop", Symptom.Restarts)]
    [InlineData("ApiErrorRateHigh", "answers 5xx", Symptom.Errors)]
    [InlineData("LatencyHigh", "p95 above 400 ms", Symptom.Latency)]
    [InlineData("CertificateExpiry", "", Symptom.Certificate)]
    [InlineData("DnsLookupFailing", "", Symptom.Dns)]
    [InlineData("check", "too many open files", Symptom.OpenFiles)]
    [InlineData("ContainerUnhealthy", "", Symptom.Container)]
    public void The_complaint_is_read_from_name_and_summary(string name, string summary, Symptom expected) =>
        Assert.True(Read(name, summary).Has(expected));

    [Fact]
    public void Words_in_an_annotation_do_not_override_the_name()
    {
        var incident = Lab.Alert("PricingLatencyHigh", "pricing answers slowly").Incident;
        var alert = incident.Primary with { Annotations = new Dictionary<string, string> { ["description"] = "Node CPU and memory are fine." } };
        var reading = new AlertReading(incident with { Alerts = [alert] });
        Assert.True(reading.Has(Symptom.Latency));
        Assert.False(reading.Has(Symptom.Cpu | Symptom.Memory));
    }

    [Theory]
    [InlineData("ticker is stuck since 2026-11-21 09:31:19 UTC", "")]
    [InlineData("ticker is stuck since 09:31 UTC", "")]
    [InlineData("nothing answers at 10.0.0.7:5432", "10.0.0.7:5432")]
    [InlineData("nothing answers at db-1:5432, says ticker", "db-1:5432")]
    [InlineData("nothing answers at 3scale.example:443", "3scale.example:443")]
    public void A_time_of_day_is_no_endpoint(string summary, string endpoint) =>
        Assert.Equal(endpoint.Length > 0 ? [endpoint] : [], Read("TickerStuck", summary).Endpoints);

    [Fact]
    public void Hosts_services_paths_and_endpoints_are_found()
    {
        var reading = Read("ProbeFailed", "http://shop.example:8080/health fails", ("instance", "web-1:9100"), ("service", "checkout"), ("mountpoint", "/srv/data"));
        Assert.Equal(["web-1"], reading.Hosts);
        Assert.Equal(["checkout"], reading.ServiceNames);
        Assert.Contains("/srv/data", reading.Paths);
        Assert.Contains("http://shop.example:8080/health", reading.Urls);
        Assert.Contains("shop.example:8080", reading.Endpoints);
        Assert.True(reading.Names("checkout"));
    }

    [Fact]
    public void An_alert_without_a_known_word_complains_of_anything()
    {
        Assert.Equal(Symptom.Any, Read("Something").Symptoms);
        Assert.False(Read("Something").Has(Symptom.Cpu));
    }
}

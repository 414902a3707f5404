using OpenSre.Core;
using OpenSre.Server;

namespace OpenSre.Tests.Server;

/// <summary>Which alerts are one incident, and when two incidents become one.</summary>
public sealed class IncidentBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);
    private readonly AlertBook _book = new();
    private readonly List<IncidentChange> _changes = [];
    private DateTimeOffset _now = Start;

    private string Add(string name, string host, AlertStatus status = AlertStatus.Firing, params (string Name, string Value)[] labels) => Add(name, host, Severity.Warning, status, labels);

    private string Add(string name, string host, Severity severity, AlertStatus status = AlertStatus.Firing, params (string Name, string Value)[] labels)
    {
        var all = labels.ToDictionary(l => l.Name, l => l.Value);
        all["instance"] = host + ":9100";
        var alert = new Alert { Name = name, Fingerprint = $"{name}/{host}", Source = "alertmanager", Severity = severity, Status = status, Labels = all };
        return _book.Add(new AlertLine(_now, alert, null), _changes).Incident;
    }

    private List<IncidentView> Incidents => [.. _book.Incidents(0, 1000, false).Incidents];

    [Fact]
    public void Hosts_of_one_rack_that_fail_together_are_one_incident()
    {
        for (var i = 0; i < 10_000; i++)
        {
            Add("TargetDown", $"host-{i}", labels: [("rack", "r7"), ("severity", "critical")]);
            _now += TimeSpan.FromMilliseconds(6);
        }

        var incident = Assert.Single(Incidents);
        Assert.Equal(("inc-1", 10_000, 10_000, true), (incident.Id, incident.Alerts, incident.Firing, incident.Storm));
        Assert.Equal(_book.Opened - 1, incident.Merged);
        Assert.Equal(incident.Merged, _changes.Count(c => c.Type == "incident.merged"));
        Assert.Equal((1, incident.Merged), (_book.Open, _book.Merged));
        var merged = _book.Find("inc-5")!.View();
        Assert.Equal(("merged", "inc-1"), (merged.State, merged.MergedInto));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Causes_of_different_kinds_stay_apart_though_they_come_mixed_and_share_a_cluster(bool inOneCluster)
    {
        (string Name, string Label, string Value)[] causes = [("TargetDown", "rack", "r7"), ("DiskWillFill", "job", "backup"), ("CertificateExpires", "zone", "b")];
        for (var i = 0; i < 3000; i++)
        {
            var (name, label, value) = causes[i % 3];
            Add(name, $"host-{i}", labels: inOneCluster ? [(label, value), ("cluster", "prod")] : [(label, value)]);
        }

        Assert.Equal([1000, 1000, 1000], Incidents.Select(i => i.Alerts));
        Assert.Equal(causes.Select(c => c.Name).Order(StringComparer.Ordinal), Incidents.Select(i => i.Title).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Alerts_that_have_nothing_in_common_stay_apart_though_they_come_at_once()
    {
        for (var i = 0; i < 200; i++)
        {
            Add($"Complaint{i}", $"host-{i}", labels: [("cluster", "prod"), ("region", "eu"), ("severity", "critical"), ("service", $"service-{i}")]);
        }

        Assert.Equal(200, Incidents.Count);
        Assert.Equal(0, _book.Merged);
    }

    [Fact]
    public void Unrelated_alerts_in_the_middle_of_a_storm_stay_apart_from_it()
    {
        for (var i = 0; i < 1000; i++)
        {
            Add("TargetDown", $"host-{i}", labels: [("rack", "r7"), ("cluster", "prod")]);
            if (i % 10 == 0)
            {
                Add($"Complaint{i}", $"other-{i}", labels: [("cluster", "prod")]);
            }
        }

        Assert.Equal(101, Incidents.Count);
        Assert.Equal(1000, Incidents.Max(i => i.Alerts));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(4, 1)]
    [InlineData(40, 1)]
    public void Few_racks_are_incidents_of_their_own_and_many_are_one(int racks, int incidents)
    {
        for (var i = 0; i < racks * 50; i++)
        {
            Add("TargetDown", $"host-{i}", labels: [("rack", $"r{i % racks}"), ("cluster", "prod")]);
        }

        Assert.Equal(incidents, Incidents.Count);
        Assert.Equal(racks * 50, Incidents.Sum(i => i.Alerts));
    }

    [Fact]
    public void What_a_rack_takes_with_it_is_one_cause_whatever_it_is_called()
    {
        for (var i = 0; i < 20; i++)
        {
            Add("TargetDown", $"host-{i}", labels: [("rack", "r7")]);
            Add("DiskErrors", $"store-{i}", labels: [("rack", "r7")]);
        }

        Assert.Single(Incidents);
    }

    [Fact]
    public void The_same_complaint_here_and_there_over_the_day_is_no_storm()
    {
        for (var i = 0; i < 20; i++)
        {
            Add("HighLoad", $"host-{i}", labels: [("rack", "r7")]);
            _now += TimeSpan.FromMinutes(6);
        }

        Assert.Equal(20, Incidents.Count);
    }

    [Fact]
    public void An_investigation_of_a_merged_incident_is_handed_over_once_and_is_loose_otherwise()
    {
        for (var i = 0; i < 7; i++)
        {
            Add("TargetDown", $"host-{i}", labels: [("rack", "r7")]);
            if (i > 1)
            {
                _book.Add(new AlertLine(_now, null, null, $"inc-{i + 1}", $"run-{i + 1}"), _changes);
            }
        }

        Assert.Equal(7, Incidents.Count);
        Add("TargetDown", "host-7", labels: [("rack", "r7")]);
        var incident = Assert.Single(Incidents);
        Assert.Equal(("inc-1", "run-3"), (incident.Id, incident.RunId));
        Assert.Equal(["run-4", "run-5", "run-6", "run-7"], _changes.Select(c => c.Loose).OfType<string>());

        // One that began before the merging was known is loose as well.
        _book.Add(new AlertLine(_now, null, null, "inc-8", "run-8"), _changes);
        Assert.Equal("run-8", _changes[^1].Loose);
        Assert.Equal("run-3", Assert.Single(Incidents).RunId);
    }

    [Fact]
    public void A_merged_incident_ends_when_all_of_its_alerts_are_over_and_a_later_failure_is_a_new_one()
    {
        for (var i = 0; i < 10; i++)
        {
            Add("TargetDown", $"host-{i}", labels: [("rack", "r7")]);
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(1, _book.Open);
            Add("TargetDown", $"host-{i}", AlertStatus.Resolved, ("rack", "r7"));
        }

        Assert.Equal(0, _book.Open);
        Assert.Equal("resolved", Assert.Single(Incidents).State);
        _now += TimeSpan.FromHours(1);
        Assert.NotEqual("inc-1", Add("TargetDown", "host-3", labels: [("rack", "r7")]));
        Assert.Equal((1, 2), (_book.Open, Incidents.Count));
    }

    [Fact]
    public void A_graver_alert_that_joins_an_incident_makes_it_worse_and_a_lesser_one_does_not()
    {
        Add("HighLoad", "host-1");
        Add("DiskSlow", "host-1", Severity.Info);
        Assert.Equal(["incident.opened"], _changes.Select(c => c.Type));
        Add("DiskFull", "host-1", Severity.Critical);
        Assert.Equal(["incident.opened", "incident.worsened"], _changes.Select(c => c.Type));
        Assert.Equal(Severity.Critical, Assert.Single(Incidents).Severity);
        Add("OutOfMemory", "host-1", Severity.Critical);
        Add("DiskFull", "host-1", Severity.Critical);
        Add("DiskGone", "host-2", Severity.Critical, AlertStatus.Resolved);
        Assert.Equal(["incident.opened", "incident.worsened", "incident.opened"], _changes.Select(c => c.Type));
        Assert.Equal(2, _book.Find("inc-1")!.Turns);
    }

    [Fact]
    public void A_graver_incident_that_is_taken_up_by_one_that_is_investigated_makes_that_worse()
    {
        for (var i = 0; i < 8; i++)
        {
            Add("TargetDown", $"host-{i}", i == 5 ? Severity.Critical : Severity.Warning, labels: [("rack", "r7")]);
            if (i == 0)
            {
                _book.Add(new AlertLine(_now, null, null, "inc-1", "run-1"), _changes);
            }
        }

        Assert.Equal(("inc-1", Severity.Critical), (Assert.Single(Incidents).Id, Incidents[0].Severity));
        Assert.Equal("inc-1", Assert.Single(_changes, c => c.Type == "incident.worsened").Incident.Id);
    }

    private static readonly string[] ZoneKinds = ["NodeDown", "PodsPending", "VolumeLost"];

    /// <summary>Each kind complains of things of its own in its zone, in turn, a second apart.</summary>
    private void Complain(string[] kinds, int things, Func<string, int, string> zone)
    {
        for (var i = 0; i < things; i++)
        {
            foreach (var kind in kinds)
            {
                Add(kind, $"{kind}-{i}", labels: [("zone", zone(kind, i)), ("cluster", "prod"), ("job", kind)]);
            }

            _now += TimeSpan.FromSeconds(1);
        }
    }

    [Fact]
    public void A_zone_that_fails_is_one_incident_whatever_its_alerts_are_called()
    {
        Add("Chatter", "other-1", labels: [("zone", "b"), ("cluster", "prod")]);
        Complain([.. ZoneKinds, "QueueGrows"], 30, (_, _) => "a");
        Assert.Equal([120, 1], Incidents.Select(i => i.Alerts).OrderDescending());
        var incident = Incidents.MaxBy(i => i.Alerts)!;
        Assert.True(incident.Storm);
        Assert.Equal(_book.Merged, incident.Merged);
        Assert.True(incident.Merged > 2);
    }

    [Theory]
    [InlineData("no other zone is known")]
    [InlineData("one kind complains elsewhere too")]
    [InlineData("two kinds only")]
    [InlineData("they begin one after the other")]
    [InlineData("few things each")]
    public void Kinds_that_only_share_a_zone_stay_apart_when(string why)
    {
        if (why != "no other zone is known")
        {
            Add("Chatter", "other-1", labels: [("zone", "b"), ("cluster", "prod")]);
        }

        if (why == "they begin one after the other")
        {
            foreach (var kind in ZoneKinds)
            {
                Complain([kind], 20, (_, _) => "a");
                _now += TimeSpan.FromMinutes(4);
            }
        }
        else
        {
            Complain(why == "two kinds only" ? ZoneKinds[..2] : ZoneKinds, why == "few things each" ? 7 : 20, (kind, i) => why == "one kind complains elsewhere too" && kind == ZoneKinds[0] && i % 3 == 0 ? "b" : "a");
        }

        foreach (var kind in ZoneKinds)
        {
            var own = Incidents.Where(i => i.Title == kind).ToList();
            Assert.Equal(Complaints(why, kind), own.Sum(i => i.Alerts));
        }
    }

    private static int Complaints(string why, string kind) => why == "few things each" ? 7 : why == "two kinds only" && kind == ZoneKinds[2] ? 0 : 20;
}

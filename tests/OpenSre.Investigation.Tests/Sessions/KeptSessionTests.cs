using System.Text;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class KeptSessionTests : IDisposable
{
    private static readonly DateTimeOffset Time = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);
    private static readonly Incident Incident = new("i1", [new Alert { Name = "DiskFull" }], new TimeWindow(Time.AddHours(-1), Time));
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-kept-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_case_comes_back_with_its_outputs_and_the_numbers_its_facts_had()
    {
        Write("s1");
        var kept = KeptSession.Read(At("s1"));
        Assert.Equal(("s1", "the outage", "/work"), (kept.Id, kept.Name, kept.WorkingDirectory));
        Assert.Equal(["disk full"], kept.Inputs);
        var file = Assert.Single(kept.Cases);

        // e1 was found and then dropped: it does not come back, and e2 keeps its number.
        Assert.Equal(["e2"], file.Ledger.Evidence.Select(e => e.Id));
        Assert.Equal("one\ntwo\n", file.Ledger.FindOutput("o1")!.Text);
        Assert.Equal("host.disk", file.Ledger.FindOutput("o1")!.Tool);
        Assert.Equal("the report", file.Report);
        Assert.Equal("/srv is full.", file.Diagnosis!.Summary);
        Assert.False(file.Cancelled);
    }

    [Fact]
    public void Killed_at_any_byte_it_loses_at_most_the_record_that_was_being_written()
    {
        Write("s1");
        var bytes = File.ReadAllBytes(At("s1"));
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            File.WriteAllBytes(At("cut"), bytes[..cut]);
            var whole = Encoding.UTF8.GetString(bytes, 0, cut);
            whole = whole[..(whole.LastIndexOf('\n') + 1)];
            File.WriteAllText(At("whole"), whole);
            var (left, right) = (KeptSession.Read(At("cut")), KeptSession.Read(At("whole")));

            // A cut just before the line end has lost nothing, so it may know one record more.
            if (cut < bytes.Length && bytes[cut] == '\n')
            {
                continue;
            }

            Assert.Equal(right.Inputs, left.Inputs);
            Assert.Equal(right.Notes, left.Notes);
            Assert.Equal(right.Cases.SelectMany(c => c.Ledger.Evidence).Select(e => e.Id), left.Cases.SelectMany(c => c.Ledger.Evidence).Select(e => e.Id));
        }
    }

    [Fact]
    public void Of_older_cases_the_quoted_words_come_back_and_of_recent_ones_the_whole_outputs()
    {
        for (var i = 1; i <= 7; i++)
        {
            Write("s1", $"i{i}");
        }

        var kept = KeptSession.Read(At("s1"));
        Assert.Equal(7, kept.Cases.Count);
        Assert.All(kept.Cases, c => Assert.Equal(["e2"], c.Ledger.Evidence.Select(e => e.Id)));
        Assert.Equal(["one\ntwo", "one\ntwo", "one\ntwo\n", "one\ntwo\n", "one\ntwo\n", "one\ntwo\n", "one\ntwo\n"], kept.Cases.Select(c => c.Ledger.FindOutput("o1")!.Text));
    }

    [Fact]
    public void Older_cases_are_counted_at_once_and_read_when_they_are_asked_for()
    {
        for (var i = 1; i <= 7; i++)
        {
            Write("s1", $"i{i}");
        }

        var kept = KeptSession.Read(At("s1"));
        Assert.Equal(5, kept.Recent.Count);
        Assert.Equal(2, kept.OlderCount);
        Assert.False(kept.Older.IsValueCreated);
        Assert.Equal(2, kept.Older.Value.Count);
    }

    [Fact]
    public void Alerts_come_back_with_what_became_of_them_and_watches_unless_they_were_ended()
    {
        using (var file = new SessionFile(At("s1")))
        {
            var alert = new Alert { Name = "DiskFull" };
            file.Append(new SessionAlert("a1", "webhook", "{}", alert, IsOver: false, IsTaken: false) { At = Time });
            file.Append(new SessionAlert("a2", "webhook", "{}", alert with { Name = "Slow" }, IsOver: false, IsTaken: false) { At = Time });
            file.Append(new SessionAlert("a1", "", "", null, IsOver: false, IsTaken: true) { At = Time });
            file.Append(new SessionAlert("a9", "", "", null, IsOver: true, IsTaken: true) { At = Time });
            file.Append(new SessionWatch("https://one/", IsOn: true) { At = Time });
            file.Append(new SessionWatch("https://two/", IsOn: true) { At = Time });
            file.Append(new SessionWatch("https://one/", IsOn: false) { At = Time });
        }

        var kept = KeptSession.Read(At("s1"));
        Assert.Equal([("a1", "DiskFull", true), ("a2", "Slow", false)], kept.Alerts.Select(a => (a.Id, a.Alert!.Name, a.IsTaken)));
        Assert.Equal(["https://two/"], kept.Watches);
    }

    [Fact]
    public void What_was_being_looked_into_when_the_process_ended_is_there_as_stopped()
    {
        using (var file = new SessionFile(At("s1")))
        {
            file.Append(new InvestigationStarted("t", "e") { InvestigationId = "i1", At = Time });
            file.Append(new AlertExtracted(Incident, "u") { InvestigationId = "i1" });
            file.Append(new ToolStarted("t1", new ToolCall("host.disk"), "w") { InvestigationId = "i1" });
            file.Append(new ToolFinished("t1", "o1", ToolStatus.Ok, "", 8, TimeSpan.Zero) { InvestigationId = "i1" });
            file.Append(new EvidenceFound(Fact("e1", "two")) { InvestigationId = "i1" });
        }

        var kept = Assert.Single(KeptSession.Read(At("s1")).Cases);
        Assert.True(kept.Cancelled);

        // The output itself was not kept; the words quoted from it were.
        Assert.Equal("two", kept.Ledger.FindOutput("o1")!.Text);
        Assert.Equal("e1", Assert.Single(kept.Ledger.Evidence).Id);
    }

    [Fact]
    public void A_session_is_found_by_id_by_its_beginning_and_by_words_of_its_title()
    {
        Write("20260504-100000-ab12");
        using (var other = new SessionFile(At("20260504-110000-cd34")))
        {
            other.Append(new SessionInput("memory low on web-9"));
        }

        var shelf = new SessionShelf(_folder);
        Assert.Equal(["20260504-100000-ab12"], shelf.Find("20260504-100000-AB12").Select(s => s.Id));
        Assert.Equal(2, shelf.Find("20260504").Count);
        Assert.Equal(["20260504-100000-ab12"], shelf.Find("OUTAGE").Select(s => s.Id));
        Assert.Equal("memory low on web-9", Assert.Single(shelf.Find("memory")).Title);
        Assert.Empty(shelf.Find("me"));
        Assert.Empty(new SessionShelf(Path.Combine(_folder, "none")).Newest(5));
    }

    [Fact]
    public void What_a_person_said_fills_in_places_and_what_an_alert_said_only_for_questions_and_only_where()
    {
        var context = new SessionContext();
        foreach (var note in context.Learn([new Alert { Name = "Down", Labels = new Dictionary<string, string> { ["namespace"] = "shop", ["service"] = "cart", ["job"] = "x" } }], Time))
        {
            context.Take(note);
        }

        Assert.Equal(["namespace", "service"], context.Facts.Select(f => f.Name));
        var question = new Alert { Name = "is it better now", Question = "is it better now" };
        var alert = new Alert { Name = "Other" };
        Assert.Equal("shop", context.Complete([question])[0].Find("namespace"));
        Assert.Null(context.Complete([question])[0].Find("service"));
        Assert.Null(context.Complete([alert])[0].Find("namespace"));
        context.Take(new SessionNote("service", "checkout", SessionContext.You));
        Assert.Equal("checkout", context.Complete([alert])[0].Find("service"));
        Assert.Empty(context.Learn([new Alert { Name = "Down", Labels = new Dictionary<string, string> { ["service"] = "cart" } }], Time));
        context.Take(new SessionNote("service", null, SessionContext.You));
        Assert.Null(context.Complete([alert])[0].Find("service"));
        context.Take(new SessionNote("", "ignore redis", SessionContext.You));
        Assert.Equal(["ignore redis"], context.Corrections);
        context.Take(new SessionNote("", null, "ignore redis"));
        Assert.Empty(context.Corrections);
    }

    private static Evidence Fact(string id, string quote) => new()
    {
        Id = id,
        Check = "disk.space",
        Tool = "host.disk",
        Arguments = new Dictionary<string, string>(),
        OutputId = "o1",
        Entity = new Entity(EntityKind.Filesystem, "/srv"),
        Family = "disk",
        Claim = $"it says {quote}",
        Quote = quote,
    };

    private string At(string name) => Path.Combine(_folder, name + ".jsonl");

    private void Write(string name, string investigation = "i1")
    {
        using var file = new SessionFile(At(name));
        file.Append(new SessionOpened(name, "/work", "1") { At = Time });
        file.Append(new SessionInput("disk full"));
        file.Append(new SessionNamed("the outage"));
        file.Append(new SessionNote("namespace", "shop", "you"));
        InvestigationEvent[] events =
        [
            new InvestigationStarted("disk full", "engine"),
            new AlertExtracted(Incident, "u"),
            new ToolStarted("t1", new ToolCall("host.disk"), "w"),
            new ToolOutput("t1", "one\n"),
            new ToolOutput("t1", "two\n"),
            new ToolFinished("t1", "o1", ToolStatus.Ok, "", 8, TimeSpan.FromMilliseconds(2)),
            new EvidenceFound(Fact("e1", "one")),
            new EvidenceFound(Fact("e2", "two")),
            new MessageDelta("the rep"),
            new DiagnosisMade(new Diagnosis { Verdict = Verdict.RootCause, Summary = "/srv is full." }),
            new ReportWritten("the report"),
            new InvestigationFinished(1, 1, TimeSpan.FromSeconds(1)),
        ];
        foreach (var e in events)
        {
            file.Append(e with { InvestigationId = investigation, At = Time });
        }

        file.Append(new SessionCase(investigation, ["e2"]));
    }
}

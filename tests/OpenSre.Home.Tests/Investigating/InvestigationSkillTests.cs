using OpenSre.Core;

namespace OpenSre.Home.Tests.Investigating;

/// <summary>Which host a question is about, and what goes on with a question.</summary>
public class InvestigationSkillTests
{
    private static readonly HostSettings[] Hosts =
    [
        new("atom", null),
        new("sagan", "sagan", [], [], [], [], [], ["nas"]),
        new("blackest", "blackest", [], [], [], [], [], ["mac mini", "mini"]),
    ];

    private readonly HomeConfig _config = new() { Folder = "/nowhere", Hosts = Hosts };
    private readonly LastAsked _asked = new(TimeProvider.System);

    [Theory]
    [InlineData("why is the mac mini slow?", "blackest")]
    [InlineData("what's wrong with Sagan’s disk", "sagan")]
    [InlineData("why is sagan.local down", "sagan")]
    [InlineData("why is the nas slower than atom", "sagan,atom")]
    [InlineData("why is this machine slow", "atom")]
    [InlineData("what is broken here?", "atom")]
    [InlineData("why are all my servers slow", "atom,sagan,blackest")]
    [InlineData("why is sagen slow", "sagan")]
    [InlineData("why is plex slow", "")]
    [InlineData("why does the minister say so", "")]
    public void Hosts_are_found_by_every_name_they_have(string text, string hosts) =>
        Assert.Equal(hosts, string.Join(',', new HostNames(Hosts).In(text).Select(h => h.Name)));

    [Theory]
    [InlineData("sagan", "sagan")]
    [InlineData("and on the mac mini?", "blackest")]
    [InlineData("all servers", "atom,sagan,blackest")]
    [InlineData("restart sagan", "")]
    [InlineData("why?", "")]
    public void A_host_and_nothing_else_is_told_from_a_sentence(string text, string hosts) =>
        Assert.Equal(hosts, string.Join(',', new HostNames(Hosts).Alone(text).Select(h => h.Name)));

    [Fact]
    public async Task On_which_host_it_asks_and_a_name_is_the_answer()
    {
        var skill = Skill();
        var reply = new HostReplySkill(skill);
        Assert.Null(reply.TryAnswer(Message("sagan")));
        Assert.StartsWith("On which host?", await LastWord.OfAsync(skill.TryAnswer(Message("why is it so slow?"))), StringComparison.Ordinal);
        Assert.StartsWith("sagan: ", await LastWord.OfAsync(reply.TryAnswer(Message("sagan"))), StringComparison.Ordinal);
        Assert.StartsWith("blackest: ", await LastWord.OfAsync(reply.TryAnswer(Message("and the mac mini?"))), StringComparison.Ordinal);

        // Whatever was asked last is gone on with, by this person alone.
        Assert.Null(reply.TryAnswer(Message("atom") with { Sender = "ben" }));
        _asked.Note(Message("cpu of sagan"), new QuickQuestion([QuickTopic.Cpu], ["sagan"]));
        Assert.Null(reply.TryAnswer(Message("atom")));
    }

    [Fact]
    public async Task What_runs_on_one_host_alone_is_looked_into_there_and_a_quoted_host_is_meant()
    {
        var skill = Skill(text => text.Contains("plex", StringComparison.Ordinal) ? ["sagan"] : []);
        Assert.StartsWith("sagan: ", await LastWord.OfAsync(skill.TryAnswer(Message("why is plex so slow?"))), StringComparison.Ordinal);
        var below = Message("why is it so slow?") with { Quote = new ChatQuote(1, "self", "blackest: ok · CPU 3%") };
        Assert.StartsWith("blackest: ", await LastWord.OfAsync(skill.TryAnswer(below)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_is_no_complaint_is_not_answered_with_a_cause()
    {
        Assert.StartsWith("I have no direct answer to “is port 22 open on sagan”. What stands out there:\nsagan: ", await LastWord.OfAsync(Skill().TryAnswer(Message("is port 22 open on sagan"))), StringComparison.Ordinal);
        Assert.StartsWith("sagan: ", await LastWord.OfAsync(Skill().TryAnswer(Message("why is sagan so slow"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("who won the match?")]
    [InlineData("should I turn off the freezer?")]
    [InlineData("never turn off the freezer")]
    public void What_is_about_no_machine_is_not_looked_into(string text) => Assert.Null(Skill().TryAnswer(Message(text)));

    private InvestigationSkill Skill(Func<string, IReadOnlyList<string>>? runsOn = null) => new(_config, _ => Array.Empty<IEvidenceTool>(), TimeProvider.System, asked: _asked, runsOn: runsOn);

    private static ChatMessage Message(string text) => new("chat", "anna", 1, text);
}

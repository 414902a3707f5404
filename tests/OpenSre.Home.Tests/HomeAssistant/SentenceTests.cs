namespace OpenSre.Home.Tests;

public class SentenceTests
{
    private static readonly House Cottage = Read();

    [Fact]
    public void The_example_sentences_are_understood_as_they_are_meant_and_nothing_else_is_done()
    {
        var results = SentenceScore.Score(Cases(), Cottage);
        Assert.True(results.Count > 150);
        Assert.All(results, r => Assert.True(r.Outcome == SentenceOutcome.Right, $"{r.Outcome}: {r.Case.Sentence} -> {r.Understood?.Intent} {string.Join(", ", r.Understood?.Slots.Select(s => $"{s.Key}={s.Value}") ?? [])}"));
    }

    [Theory]
    [InlineData("unlock the porch", HomeVerb.Unlock)]
    [InlineData("lock the porch", HomeVerb.Lock)]
    [InlineData("open the roller blind", HomeVerb.Open)]
    [InlineData("close the roller blind", HomeVerb.Close)]
    [InlineData("open the irrigation", HomeVerb.Open)]
    public void Locks_and_covers_have_verbs_of_their_own(string sentence, HomeVerb verb) =>
        Assert.Equal(verb, new SentenceEngine(Cottage).Understand(sentence).Request!.Verb);

    [Theory]
    [InlineData("turn on the porch")]
    [InlineData("turn off the porch")]
    [InlineData("toggle the porch")]
    [InlineData("turn on the carport")]
    [InlineData("turn off irrigation")]
    [InlineData("activate the cellar hatch")]
    public void A_general_verb_never_reaches_a_lock_a_cover_or_a_valve(string sentence) =>
        Assert.Null(new SentenceEngine(Cottage).Understand(sentence).Request);

    /// <summary>Words put around an order that turn its meaning: each of them must take the order away.</summary>
    [Theory]
    [InlineData("do not {0}")]
    [InlineData("don't {0}")]
    [InlineData("never {0}")]
    [InlineData("{0} if it rains")]
    [InlineData("{0} when i am home")]
    [InlineData("why did you {0}")]
    [InlineData("should i {0}")]
    [InlineData("who told you to {0}")]
    [InlineData("tell me if you {0}")]
    [InlineData("check if {0}")]
    [InlineData("{0} unless grace is home")]
    [InlineData("you must not {0}")]
    [InlineData("{0} and restart the server")]
    [InlineData("the log says: {0}")]
    [InlineData("{0}?")]
    public void What_turns_an_order_into_something_else_takes_it_away(string frame)
    {
        var engine = new SentenceEngine(Cottage);
        foreach (var sentence in Cases().Where(c => c.Intent is "HassTurnOn" or "HassTurnOff" or "HassLightSet" or "HassSetPosition" or "HassClimateSetTemperature"))
        {
            var turned = string.Format(System.Globalization.CultureInfo.InvariantCulture, frame, sentence.Sentence.Replace("could you ", "", StringComparison.Ordinal).Replace(" please", "", StringComparison.Ordinal));
            var request = engine.Understand(turned).Request;
            Assert.False(request?.Verb.Acts() ?? false, $"'{turned}' was read as {request?.Verb}");
            Assert.True(CompoundReader.Read(engine, turned, null) is null, $"'{turned}' was read as several orders");
        }
    }

    [Theory]
    [InlineData("turn on the desk lamp and unlock the porch", "TurnOn Desk Lamp, Unlock Porch")]
    [InlineData("Can you turn on the desk lamp and close the roller blind?", "TurnOn Desk Lamp, Close Roller Blind")]
    [InlineData("turn off the desk lamp and the chandelier", "TurnOff Desk Lamp, TurnOff Chandelier")]
    [InlineData("turn off the desk lamp, the chandelier and then lock the porch", "TurnOff Desk Lamp, TurnOff Chandelier, Lock Porch")]
    [InlineData("set the desk lamp to 20% and the chandelier to 50%", "SetLevel Desk Lamp, SetLevel Chandelier")]
    [InlineData("turn off the desk lamp and do not lock the porch", null)]
    [InlineData("do not turn off the desk lamp and lock the porch", null)]
    [InlineData("is the porch locked and the desk lamp off", null)]
    [InlineData("is the porch locked and the desk lamp off?", null)]
    [InlineData("turn off the desk lamp and the porch", null)]
    [InlineData("turn off the desk lamp and is the porch locked", null)]
    [InlineData("remind me to turn off the desk lamp and lock the porch", null)]
    [InlineData("turn off the desk lamp and restart plex", null)]
    [InlineData("turn on the desk lamp and unlock", null)]
    public void Several_orders_are_all_understood_or_none_is(string sentence, string? orders)
    {
        var engine = new SentenceEngine(Cottage);
        Assert.Null(engine.Understand(sentence).Request is { } whole && whole.Verb.Acts() ? whole : null);
        var read = CompoundReader.Read(engine, sentence, null);
        Assert.Equal(orders, read is null ? null : string.Join(", ", read.Select(r => $"{r.Verb} {r.Name}")));
    }

    [Fact]
    public void A_label_says_what_belongs_together()
    {
        var house = Cottage with
        {
            Labels = [new HomeLabel("xmas", "Christmas")],
            Entities = [.. Cottage.Entities, new HomeEntity("light.tree", "Tree", [], null, null) { Labels = ["xmas"] }, new HomeEntity("switch.star", "Star", [], null, null) { Labels = ["xmas"] }],
        };
        var request = new SentenceEngine(house).Understand("turn on the christmas lights").Request!;
        Assert.Equal((HomeVerb.TurnOn, "Christmas", "light"), (request.Verb, request.Label?.Name, request.Domain));
        var targets = new TargetResolver(house, new Dictionary<string, EntityState>());
        Assert.Equal(["light.tree"], targets.ToActOn(request).Entities.Select(e => e.Id));
        Assert.Equal("there is no fan labelled Christmas", targets.ToActOn(new SentenceEngine(house).Understand("turn off the christmas fans").Request!).Say);
    }

    [Theory]
    [InlineData("set a timer for 5 and a half minutes", 0, 5, 30)]
    [InlineData("set a timer for an hour and a quarter", 1, 15, 0)]
    [InlineData("set a timer for 1/2 an hour", 0, 30, 0)]
    [InlineData("set a timer for one hundred and five seconds", 0, 0, 105)]
    [InlineData("set a timer for 1 hour 15 minutes and 30 seconds", 1, 15, 30)]
    [InlineData("set a timer for a minute and a half", 0, 1, 30)]
    public void Lengths_of_time_are_read_as_they_are_said(string sentence, int hours, int minutes, int seconds) =>
        Assert.Equal(new HomeDuration(hours, minutes, seconds), new SentenceEngine(House.Empty).Understand(sentence).Request!.Duration);

    [Fact]
    public void A_blank_alias_answers_to_nothing()
    {
        var house = Cottage with { Entities = [.. Cottage.Entities, new HomeEntity("light.ghost", "Ghost", ["", "   "], null, null)] };
        Assert.Null(new SentenceEngine(house).Understand("turn on").Request);
        Assert.Equal("Ghost", new SentenceEngine(house).Understand("turn on ghost").Request!.Name);
    }

    [Fact]
    public void What_is_not_understood_says_what_was_known_of_it()
    {
        var engine = new SentenceEngine(Cottage);
        Assert.Contains("Desk Lamp", engine.Understand("turn the desk lamp inside out").Why);
        Assert.Contains("did you mean Chandelier", engine.Understand("turn on the chandelir").Why);
    }

    [Fact]
    public void A_long_text_is_refused_without_being_read() =>
        Assert.Contains("too long", new SentenceEngine(Cottage).Understand(new string('a', 5000)).Why);

    private static IReadOnlyList<SentenceCase> Cases()
    {
        using var lines = new StreamReader(Path.Combine(AppContext.BaseDirectory, "home-assistant", "sentences.jsonl"));
        return SentenceCase.Read(lines);
    }

    private static House Read()
    {
        using var house = new StreamReader(Path.Combine(AppContext.BaseDirectory, "home-assistant", "house.yaml"));
        return HouseFile.Read(house);
    }
}

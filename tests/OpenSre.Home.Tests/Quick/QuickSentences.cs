using System.Globalization;

namespace OpenSre.Home.Tests.Quick;

/// <summary>Every sentence of sentences.txt asks what stands beside it, and nothing else.</summary>
public class QuickSentences
{
    private static readonly QuickWorld World = new(
        [
            new QuickHost(["atom", "media server"], IsLocal: true),
            new QuickHost(["sagan", "nas"], IsLocal: false),
            new QuickHost(["blackest", "mac mini", "mini"], IsLocal: false),
        ],
        new HashSet<string>(StringComparer.Ordinal) { "plex", "ring-mqtt", "mosquitto", "immich_server", "nginx" });

    public static TheoryData<string, string> Table()
    {
        TheoryData<string, string> table = [];
        using var stream = typeof(QuickSentences).Assembly.GetManifestResourceStream("sentences.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                var bar = line.LastIndexOf('|');
                table.Add(line[..bar].Trim(), line[(bar + 1)..].Trim());
            }
        }

        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Asks(string sentence, string expected) => Assert.Equal(expected, Say(QuickReader.Read(sentence, World)));

    [Fact]
    public void There_are_enough_of_them() => Assert.True(Table().Count >= 300);

    [Theory]
    [InlineData("and sagan?", "Cpu @sagan")]
    [InlineData("what about blackest", "Cpu @blackest")]
    [InlineData("atom and sagan", "Cpu @atom,sagan")]
    [InlineData("and the lights?", "-")]
    public void A_host_alone_goes_on_with_what_was_asked_before(string sentence, string expected) =>
        Assert.Equal(expected, Say(QuickReader.Read(sentence, World, new QuickQuestion([QuickTopic.Cpu], ["atom"]))));

    [Theory]
    [InlineData("and memory?", "Memory @sagan")]
    [InlineData("what about disk", "Disk @sagan")]
    [InlineData("how about its uptime", "Uptime @sagan")]
    [InlineData("and the disks of atom?", "Disk @atom")]
    [InlineData("uptime", "Uptime @*")]
    [InlineData("and all servers?", "Temperature @*")]
    [InlineData("everywhere?", "Temperature @*")]
    [InlineData("and the others?", "Temperature @atom,blackest")]
    [InlineData("in fahrenheit please", "Temperature @sagan unit=Fahrenheit")]
    [InlineData("same for blackest", "Temperature @blackest")]
    [InlineData("and of atom in kelvin", "Temperature @atom unit=Kelvin")]
    [InlineData("in gb?", "-")]
    [InlineData("how are the servers?", "Status @*")]
    [InlineData("is everything ok?", "Status @*")]
    [InlineData("and how is blackest?", "Status @blackest")]
    [InlineData("and turn it off", "-")]
    public void What_goes_on_keeps_the_host_or_the_subject_of_before(string sentence, string expected) =>
        Assert.Equal(expected, Say(QuickReader.Read(sentence, World, new QuickQuestion([QuickTopic.Temperature], ["sagan"]))));

    [Theory]
    [InlineData("which are unhealthy?", "Containers @sagan filter=Unhealthy")]
    [InlineData("which ones are stopped", "Containers @sagan filter=Stopped")]
    [InlineData("in fahrenheit", "-")]
    public void Of_containers_those_in_a_state_can_be_asked_for_afterwards(string sentence, string expected) =>
        Assert.Equal(expected, Say(QuickReader.Read(sentence, World, new QuickQuestion([QuickTopic.Containers], ["sagan"]))));

    [Fact]
    public void Another_thing_can_be_named_afterwards() =>
        Assert.Equal("Named @* name=mosquitto", Say(QuickReader.Read("and mosquitto?", World, new QuickQuestion([QuickTopic.Named], ["atom", "sagan", "blackest"]) { Name = "plex" })));

    [Fact]
    public void Every_sentence_that_is_not_for_here_stays_so_with_a_polite_word_around_it()
    {
        foreach (var row in Table())
        {
            var (sentence, expected) = row.Data;
            if (expected == "-")
            {
                Assert.Equal("-", Say(QuickReader.Read($"please {sentence}", World)));
                Assert.Equal("-", Say(QuickReader.Read($"{sentence} thanks", World)));
            }
        }
    }

    [Fact]
    public void A_word_in_front_that_is_not_known_makes_any_sentence_one_for_others()
    {
        foreach (var row in Table())
        {
            Assert.Null(QuickReader.Read($"restart {row.Data.Item1}", World));
            Assert.Null(QuickReader.Read($"turn off {row.Data.Item1}", World));
        }
    }

    private static string Say(QuickQuestion? question)
    {
        if (question is null)
        {
            return "-";
        }

        if (question.Reply is { } reply)
        {
            return reply.Contains("know no host", StringComparison.Ordinal) ? "unknown" : "ask";
        }

        List<string> parts = [string.Join('+', question.Topics), "@" + (question.Hosts.Count == World.Hosts.Count ? "*" : string.Join(',', question.Hosts))];

        void Add(bool said, string text)
        {
            if (said)
            {
                parts.Add(text);
            }
        }

        Add(question.Filter != ContainerFilter.All, $"filter={question.Filter}");
        Add(question.Part != HeatPart.Any, $"part={question.Part}");
        Add(question.Free, "free");
        Add(question.Swap, "swap");
        Add(question.Smart, "smart");
        Add(question.AddressKind is not null, $"ipv{question.AddressKind}");
        Add(question.ByMemory && question.Topics is [QuickTopic.Processes], "mem");
        Add(question.Count is not null, string.Create(CultureInfo.InvariantCulture, $"count={question.Count}"));
        Add(question.Mount is not null, $"mount={question.Mount}");
        Add(question.Name is not null, $"name={question.Name}");
        Add(question.Unit != QuickUnit.Usual, $"unit={question.Unit}");
        return string.Join(' ', parts);
    }
}

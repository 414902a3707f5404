using System.Text;
using System.Text.Json;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

public class BusMessageTests
{
    [Fact]
    public void A_frame_is_what_Python_writes_byte_for_byte()
    {
        using var data = JsonDocument.Parse("""{"a":1,"b":[1.0,true,null,"é"]}""");
        var message = new BusMessage("claude-code:8421", "finding", "null deref \u00fc \"q\" \\ \n \u007f \U0001F600", "", "", data.RootElement.Clone(), "47c8d3c6-a296-47fe-bd34-2ddbac440f6d", "2026-11-21T01:29:06.307810+00:00", 1);

        var expected = """{"agent":"claude-code:8421","topic":"finding","summary":"null deref \u00fc \"q\" \\ \n \u007f \ud83d\ude00","source":"","path":"","data":{"a":1,"b":[1.0,true,null,"\u00e9"]},"id":"47c8d3c6-a296-47fe-bd34-2ddbac440f6d","timestamp":"2026-11-21T01:29:06.307810+00:00","schema_version":1}""" + "\n";
        Assert.Equal(expected, Encoding.UTF8.GetString(message.ToFrame()));
    }

    [Theory]
    [InlineData("2026-11-21T01:29:06.3078105Z", "2026-11-21T01:29:06.307810+00:00")]
    [InlineData("2026-11-21T01:29:06Z", "2026-11-21T01:29:06+00:00")]
    public void A_time_is_what_isoformat_writes(string time, string expected) =>
        Assert.Equal(expected, PythonJson.Time(DateTimeOffset.Parse(time)));

    [Theory]
    [InlineData("""{"agent":8421,"topic":null,"summary":true}""", "8421", "None", "True", 1)]
    [InlineData("""{"agent":"a","topic":"t","summary":"s","schema_version":"2","data":[]}""", "a", "t", "s", 2)]
    [InlineData("""{"agent":"a","topic":"t","summary":"s","schema_version":1.9,"x":{}}""", "a", "t", "s", 1)]
    [InlineData("""{"agent":"a","topic":"t","summary":"NaN \" NaN","data":{"x":NaN,"y":-Infinity}}""", "a", "t", "NaN \" NaN", 1)]
    [InlineData("""{"agent":"a","topic":"t","summary":"\ud800x"}""", "a", "t", "\ufffdx", 1)]
    public void Reading_is_as_tolerant_as_the_original(string json, string agent, string topic, string summary, int version)
    {
        var message = BusMessage.Read(Encoding.UTF8.GetBytes(json));

        Assert.NotNull(message);
        Assert.Equal((agent, topic, summary, version), (message.Agent, message.Topic, message.Summary, message.SchemaVersion));
    }

    [Theory]
    [InlineData("""{"agent":"a","topic":"t"}""")]
    [InlineData("""{"agent":"a","topic":"t","summary":"s","data":null}""")]
    [InlineData("""{"agent":"a","topic":"t","summary":"s","data":[1]}""")]
    [InlineData("""{"agent":"a","topic":"t","summary":"s","schema_version":null}""")]
    [InlineData("""[1,2]""")]
    [InlineData("garbage")]
    [InlineData("\ufeff{\"agent\":\"a\",\"topic\":\"t\",\"summary\":\"s\"}")]
    public void What_the_original_drops_is_no_message(string json) => Assert.Null(BusMessage.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_message_survives_the_wire()
    {
        var message = BusMessage.Create("a:1", "s", DateTimeOffset.UnixEpoch, path: "x.py:4", source: "github");
        var read = BusMessage.Read(message.ToFrame());

        Assert.Equal(message with { Data = default }, read! with { Data = default });
        Assert.Equal("{}", read.Data.GetRawText());
    }
}

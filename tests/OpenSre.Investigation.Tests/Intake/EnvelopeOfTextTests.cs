using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation.Intake;

/// <summary>What people and transports put around JSON, and JSON that is broken.</summary>
public sealed class EnvelopeOfTextTests
{
    private const string Json = """{"name":"Disk full","severity":"warning"}""";

    private static IntakeResult Read(string text) => AlertIntake.Read(text, new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("\ufeff" + Json)]
    [InlineData("  \r\n\t" + Json + "\r\n\r\n")]
    [InlineData("```json\n" + Json + "\n```")]
    [InlineData("```\r\n" + Json + "\r\n```\r\n")]
    [InlineData("~~~\n" + Json)]
    [InlineData("This came in:\n```json\n" + Json + "\n```\nplease look")]
    [InlineData("This came in:\n" + Json)]
    [InlineData("\"{\\\"name\\\":\\\"Disk full\\\",\\\"severity\\\":\\\"warning\\\"}\"")]
    [InlineData("POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\r\n" + Json)]
    public void Wrapping_is_taken_off(string text)
    {
        var result = Read(text);

        Assert.Equal((IntakeKind.Alerts, "json"), (result.Kind, result.Dialect));
        Assert.Equal(("Disk full", Severity.Warning), (Assert.Single(result.Alerts).Name, result.Alerts[0].Severity));
    }

    [Theory]
    [InlineData("{\"name\":\"a\"}{\"name\":\"b\"}")]
    [InlineData("{\"name\":\"a\"}\n{\"name\":\"b\"}\n")]
    [InlineData("{\"name\":\"a\"}\r\n\r\n{\r\n\"name\":\"b\"}")]
    public void Several_documents_give_several_alerts(string text) => Assert.Equal(["a", "b"], Read(text).Alerts.Select(a => a.Name));

    [Fact]
    public void A_question_beside_the_payload_goes_with_it_even_when_it_is_resolved()
    {
        var result = Read("Why did this fire?\n```json\n{\"name\":\"Disk full\",\"status\":\"resolved\"}\n```");

        Assert.Equal((IntakeKind.Alerts, "Why did this fire?"), (result.Kind, result.Alerts[0].Question));
    }

    [Theory]
    [InlineData("{\"a\": 1,", 1, 9)]
    [InlineData("{\n  \"a\": tru\n}", 2, 11)]
    [InlineData("{\n  \"ä\": 1\n  \"b\": 2\n}", 3, 3)]
    [InlineData("\ufeff  {x}", 1, 5)]
    [InlineData("[{\"a\":1},\n {]", 2, 3)]
    [InlineData("{\"name\":\"a\"}\n{\"name\":", 2, 9)]
    [InlineData("```json\n{\"a\" 1}\n```", 2, 6)]
    public void Broken_json_is_refused_with_its_place(string text, int line, int column)
    {
        var result = Read(text);

        Assert.Equal(IntakeKind.Unusable, result.Kind);
        Assert.StartsWith($"The JSON is malformed at line {line}, column {column}: ", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Message);
    }

    [Theory]
    [InlineData("[ERROR] disk is full")]
    [InlineData("[2026-05-04 10:00:00] backup failed")]
    [InlineData("[12.345678] usb 1-1: device descriptor read error")]
    public void A_bracket_at_the_start_of_a_log_line_is_no_json(string text) =>
        Assert.Equal((IntakeKind.Alerts, "text"), (Read(text).Kind, Read(text).Dialect));

    [Fact]
    public void Deep_nesting_is_refused_and_does_no_harm()
    {
        Assert.Equal(IntakeKind.Unusable, Read(new string('[', 100_000)).Kind);
        Assert.Contains("nested deeper than 64", Read(string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_four_megabytes_are_refused_with_a_sentence()
    {
        var result = Read(new string('ä', (2 * 1024 * 1024) + 1));

        Assert.Equal(IntakeKind.Unusable, result.Kind);
        Assert.Contains("at most 4 MB", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Payloads_in_payloads_in_payloads_come_to_an_end()
    {
        var text = "{\"name\":\"innermost\"}";
        for (var i = 0; i < 10; i++)
        {
            text = $$"""{"Type":"Notification","TopicArn":"t","Message":{{System.Text.Json.Nodes.JsonValue.Create(text).ToJsonString()}}}""";
        }

        Assert.Single(Read(text).Alerts);
    }
}

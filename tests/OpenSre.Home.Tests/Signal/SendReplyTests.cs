namespace OpenSre.Home.Tests;

public class SendReplyTests
{
    [Theory]
    [InlineData("""{"timestamp":"1795224652550"}""")]
    [InlineData("""[{"timestamp":"1795224652550"}]""")]
    [InlineData("""[{"timestamp":1795224652550}]""")]
    public void Both_shapes_of_success_are_read(string body)
    {
        var sent = Assert.IsType<SendOutcome.Sent>(SendReply.Read(201, body));
        Assert.Equal(1795224652550, sent.Timestamp);
        Assert.Empty(sent.Failures);
    }

    [Fact]
    public void A_failure_inside_a_success_is_seen()
    {
        var sent = Assert.IsType<SendOutcome.Sent>(SendReply.Read(201, """[{"timestamp":"1","errors":{"recipients":[{"number":"+15550100001","uuid":"u","reason":"IDENTITY_FAILURE"}]}}]"""));
        Assert.Equal(["IDENTITY_FAILURE"], sent.Failures);
    }

    [Fact]
    public void A_limit_keeps_its_tokens_and_its_time()
    {
        var limited = Assert.IsType<SendOutcome.RateLimited>(SendReply.Read(429, """{"error":"x","challenge_tokens":["a","b"],"account":"+1"}"""));
        Assert.Equal(["a", "b"], limited.Tokens);
        Assert.Null(limited.Wait);
        Assert.Equal(TimeSpan.FromDays(1), Assert.IsType<SendOutcome.RateLimited>(SendReply.Read(400, """{"error":"CAPTCHA proof required … or wait \"86400\" seconds"}""")).Wait);
    }

    [Fact]
    public void What_is_certain_is_told_from_what_is_not()
    {
        Assert.IsType<SendOutcome.Untrusted>(SendReply.Read(400, """{"error":"Unable to complete request due to untrusted recipient keys"}"""));
        Assert.IsType<SendOutcome.Refused>(SendReply.Read(400, """{"error":"Couldn't process request - please provide at least one recipient"}"""));
        Assert.IsType<SendOutcome.Later>(SendReply.Read(400, """{"error":"Failed to send message: no route"}"""));
        Assert.IsType<SendOutcome.Later>(SendReply.Read(503, "<html>"));
        Assert.IsType<SendOutcome.Unknown>(SendReply.Read(500, ""));
        Assert.IsType<SendOutcome.Unknown>(SendReply.Read(504, "<html>"));
        Assert.IsType<SendOutcome.Unknown>(SendReply.Read(201, "[]"));
        Assert.IsType<SendOutcome.Unknown>(SendReply.Read(201, "not json"));
    }

    [Fact]
    public void Numbers_do_not_stand_in_sentences()
    {
        var later = Assert.IsType<SendOutcome.Later>(SendReply.Read(400, """{"error":"Failed for +15550100001 now"}"""));
        Assert.DoesNotContain("15550100001", later.Why);
    }
}

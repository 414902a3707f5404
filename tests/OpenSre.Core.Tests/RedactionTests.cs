using OpenSre.Core;

namespace OpenSre.Tests.Core;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("DB_PASSWORD=hunter22 rest", "DB_PASSWORD=[redacted] rest")]
    [InlineData("\"api_key\": \"abcdef123\"", "\"api_key\": \"[redacted]\"")]
    [InlineData("postgres://app:pa55word@db:5432/x", "postgres://app:[redacted]@db:5432/x")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: Bearer [redacted]")]
    [InlineData("token ghp_0123456789abcdefghijABCDEFGHIJ012345", "token [redacted]")]
    public void Credentials_are_masked(string text, string masked) => Assert.Equal(masked, Redaction.Apply(text));

    [Theory]
    [InlineData("password authentication failed for user \"app\"")]
    [InlineData("Out of memory: Killed process 123 (api)")]
    [InlineData("http://127.0.0.1:8080/health")]
    public void Ordinary_lines_stay(string text) => Assert.Equal(text, Redaction.Apply(text));

    [Fact]
    public void Redacting_twice_changes_nothing_more()
    {
        var once = Redaction.Apply("secret=abcdef https://u:p123@h/ Authorization: Basic Zm9v");
        Assert.Equal(once, Redaction.Apply(once));
    }
}

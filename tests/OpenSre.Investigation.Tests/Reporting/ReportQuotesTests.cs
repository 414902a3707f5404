using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class ReportQuotesTests
{
    [Theory]
    [InlineData("a `b` c", "b")]
    [InlineData("``a ` b``", "a ` b")]
    [InlineData("`` `a` ``", "`a`")]
    [InlineData("` a`", " a")]
    [InlineData("`a\nb`", "a b")]
    [InlineData(@"\`a\` `b\`", @"b\")]
    [InlineData("`a", null)]
    [InlineData("`a\n\nb`", null)]
    [InlineData("``a`", null)]
    [InlineData("```sh\n`a`\n```\n`b`", "b")]
    [InlineData("````\n```\n`a`\n````\n`b`", "b")]
    [InlineData("  ```\n`a`\n  ```\n`b`", "b")]
    [InlineData("```a``` b", "a")]
    public void Spans_are_read_as_commonmark_reads_them(string markdown, string? expected)
    {
        Assert.Equal(expected is null ? [] : [expected], ReportQuotes.Extract(markdown));
    }
}

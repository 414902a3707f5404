using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class JsonOpeningTests
{
    [Theory]
    [InlineData("{", true)]
    [InlineData("  [{", true)]
    [InlineData("[", true)]
    [InlineData("{\"a\": \"}\"", true)]
    [InlineData("{\"a\": \"\\\"}\"", true)]
    [InlineData("{\"a\": [1, 2", true)]
    [InlineData("{}", false)]
    [InlineData("[{\"a\": \"{\"}]", false)]
    [InlineData("disk full {", false)]
    [InlineData("[emerg] bind() failed", false)]
    [InlineData("", false)]
    public void Only_a_document_that_is_not_closed_goes_on(string text, bool open) => Assert.Equal(open, JsonOpening.IsOpen(text));
}

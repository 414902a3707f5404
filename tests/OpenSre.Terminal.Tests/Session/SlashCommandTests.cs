using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class SlashCommandTests
{
    [Theory]
    [InlineData("/status", "/status", "", "")]
    [InlineData("/STATUS", "/status", "", "")]
    [InlineData("/why not memory", "/why", "not memory", "")]
    [InlineData("/quit", "/exit", "", "")]
    [InlineData("/staus", "", "", "/status")]
    [InlineData("/evidense e3", "", "e3", "/evidence")]
    [InlineData("/xyzzy", "", "", "/exit")]
    public void A_command_is_known_or_has_a_nearest_one(string text, string name, string argument, string nearest)
    {
        var command = SlashCommand.Read(text);
        Assert.NotNull(command);
        Assert.Equal((name, argument), (command.Value.Name, command.Value.Argument));
        if (text != "/xyzzy")
        {
            Assert.Equal(nearest, command.Value.Nearest);
        }
    }

    [Theory]
    [InlineData("/srv is full on web-1")]
    [InlineData("/tmp/alert.json")]
    [InlineData("disk full")]
    [InlineData("")]
    public void Paths_and_sentences_are_no_commands(string text) => Assert.Null(SlashCommand.Read(text));
}

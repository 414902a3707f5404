using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class CommandRegistryTests
{
    [Theory]
    [InlineData("/status", "/status", "")]
    [InlineData("/STATUS", "/status", "")]
    [InlineData("/why not memory", "/why", "not memory")]
    [InlineData("/quit", "/exit", "")]
    public void A_command_is_found_by_name_and_alias(string text, string name, string argument)
    {
        var call = CommandRegistry.Default.Read(text)!;
        Assert.Equal((name, argument), (call.Command!.Info.Name, call.Argument));
    }

    [Theory]
    [InlineData("/staus", "/status")]
    [InlineData("/evidense e3", "/evidence")]
    public void An_unknown_one_has_a_nearest(string text, string nearest)
    {
        var call = CommandRegistry.Default.Read(text)!;
        Assert.Null(call.Command);
        Assert.Equal(nearest, call.Nearest);
    }

    [Theory]
    [InlineData("/srv is full on web-1")]
    [InlineData("/var/log/syslog")]
    [InlineData("what about /status")]
    [InlineData("/")]
    public void A_sentence_about_a_folder_is_no_command(string text) => Assert.Null(CommandRegistry.Default.Read(text));

    [Fact]
    public void Every_command_has_a_line_of_help_and_an_example_that_is_a_command()
    {
        foreach (var info in CommandRegistry.Default.Shown)
        {
            Assert.NotEqual("", info.Summary);
            Assert.StartsWith(info.Name, info.Usage, StringComparison.Ordinal);
            Assert.Equal(info.Name, CommandRegistry.Default.Read(info.Example)!.Command!.Info.Name);
        }
    }
}

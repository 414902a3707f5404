using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Execution;

public sealed class CommandToolTests
{
    private static readonly ToolDescription Description = new("test.tool", "A test.", [], TimeSpan.FromSeconds(5), 1000, 1);

    [Fact]
    public async Task The_request_carries_the_limits_of_the_tool()
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(0, "fine"));

        var result = await CommandTool.RunAsync(runner, Description, "prog", ["a"], "in", TestContext.Current.CancellationToken);

        Assert.Equal(new ToolResult(ToolStatus.Ok, "fine"), result);
        var request = Assert.Single(runner.Requests);
        Assert.Equal(("test.tool", "prog", "in", TimeSpan.FromSeconds(5), 1000), (request.Operation, request.Program, request.Input, request.Timeout, request.OutputLimit));
    }

    [Theory]
    [InlineData(CommandStatus.NotFound, ToolStatus.Missing, "prog is not installed here.")]
    [InlineData(CommandStatus.Refused, ToolStatus.Refused, "Permission to run prog was refused.")]
    [InlineData(CommandStatus.TimedOut, ToolStatus.TimedOut, "prog did not end within 5 s; the output is what it had said until then.")]
    [InlineData(CommandStatus.NotRecorded, ToolStatus.NotRecorded, "The recording holds no answer to this call.")]
    public async Task Every_end_has_a_status_and_a_sentence(CommandStatus status, ToolStatus expected, string note)
    {
        var result = await RunAsync(new CommandResult(status, -1, "so far", "", 0));

        Assert.Equal(new ToolResult(expected, "so far", note), result);
    }

    [Theory]
    [InlineData(1, "", "cat: /x: Permission denied\n", ToolStatus.Refused, "cat: /x: Permission denied")]
    [InlineData(1, "", "hint\ndmesg: Operation not permitted\n", ToolStatus.Refused, "dmesg: Operation not permitted")]
    [InlineData(1, "part", "cat: /x: Permission denied\n", ToolStatus.Failed, "cat: /x: Permission denied")]
    [InlineData(2, "part", "\n  broken pipe\nmore", ToolStatus.Failed, "broken pipe")]
    [InlineData(2, "", "", ToolStatus.Failed, "prog ended with exit code 2 and said nothing.")]
    [InlineData(127, "", "sh: 1: nope: not found", ToolStatus.Missing, "sh: 1: nope: not found")]
    [InlineData(126, "", "cannot execute", ToolStatus.Missing, "cannot execute")]
    public async Task An_exit_code_other_than_zero_is_a_failure_that_keeps_the_output(int code, string output, string error, ToolStatus status, string note)
    {
        Assert.Equal(new ToolResult(status, output, note), await RunAsync(FakeRunner.Exit(code, output, error)));
    }

    [Fact]
    public async Task A_tool_may_accept_other_exit_codes()
    {
        var result = await RunAsync(FakeRunner.Exit(3, "degraded"), nonZeroIsOk: true);

        Assert.Equal(new ToolResult(ToolStatus.Ok, "degraded", "prog ended with exit code 3."), result);
    }

    [Fact]
    public async Task What_was_cut_is_said_and_secrets_are_masked()
    {
        var result = await RunAsync(new CommandResult(CommandStatus.Exited, 0, "DB_PASSWORD=hunter22\n", "", 77));

        Assert.Equal(new ToolResult(ToolStatus.Ok, "DB_PASSWORD=[redacted]\n", "77 characters from the middle of the output were cut."), result);
    }

    [Fact]
    public void A_text_made_here_is_capped_the_same_way()
    {
        var result = CommandTool.Ok(Description, new string('x', 1500) + "\nend\n", "A remark.");

        Assert.Equal(ToolStatus.Ok, result.Status);
        Assert.EndsWith("\nend\n", result.Text, StringComparison.Ordinal);
        Assert.StartsWith("A remark. ", result.Note, StringComparison.Ordinal);
        Assert.EndsWith("characters from the middle of the output were cut.", result.Note, StringComparison.Ordinal);
    }

    private static Task<ToolResult> RunAsync(CommandResult answer, bool nonZeroIsOk = false) =>
        CommandTool.RunAsync(FakeRunner.Returning(answer), Description, "prog", [], null, TestContext.Current.CancellationToken, nonZeroIsOk);
}

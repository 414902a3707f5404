using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Network;

/// <summary>Runs real probes of this process, without a recording and without another program.</summary>
internal static class Probing
{
    public static Task<CommandResult> RunAsync(string probe, string[] arguments, ProbeOptions? options = null, TimeSpan? timeout = null) =>
        BuiltInCommandRunner.WithAllProbes(options ?? new ProbeOptions()).RunAsync(
            new CommandRequest("test", "opensre:" + probe, arguments, null, timeout ?? TimeSpan.FromSeconds(30), 50_000),
            TestContext.Current.CancellationToken);

    public static async Task<string[]> LinesAsync(string probe, string[] arguments, ProbeOptions? options = null)
    {
        var result = await RunAsync(probe, arguments, options);
        Assert.Equal((CommandStatus.Exited, 0, ""), (result.Status, result.ExitCode, result.Error));
        return result.Output.TrimEnd('\n').Split('\n');
    }

    /// <summary>Text with its times made equal, so that it can be compared.</summary>
    public static string Steady(string line) => System.Text.RegularExpressions.Regex.Replace(line, "[0-9]+ ms", "N ms");
}

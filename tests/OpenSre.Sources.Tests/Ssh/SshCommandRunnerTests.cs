using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OpenSre.Core;
using OpenSre.Sources;
using OpenSre.Tests.Ssh;

namespace OpenSre.Tests.Sources.Ssh;

/// <summary>Commands over real ssh, to hosts in every state.</summary>
public sealed class SshCommandRunnerTests : IDisposable
{
    private readonly SshServers _servers = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public SshCommandRunnerTests() => _servers.Need();

    public void Dispose() => _servers.Dispose();

    [Fact]
    public async Task Arguments_arrive_as_they_are_whatever_a_shell_would_make_of_them()
    {
        _servers.Start("sagan");
        using var runner = Runner("sagan");
        string[] words = ["a b", "$(id -u)", "`id`", "it's", "\"x\"", "\\", "*", "", "-n", "two\nlines", "a;b|c&d", "ü€"];
        var result = await runner.RunAsync(Request("printf", ["[%s]", .. words]), Stop);
        Assert.Equal((CommandStatus.Exited, 0), (result.Status, result.ExitCode));
        Assert.Equal(string.Concat(words.Select(w => $"[{w}]")), result.Output);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task A_script_gets_its_arguments_and_runs_on_the_other_side()
    {
        _servers.Start("sagan");
        using var runner = Runner("sagan");
        var result = await runner.RunAsync(Request("sh", ["-s", "--", "one two", "$x"]) with { Input = "printf '%s/%s/%s/%s' \"$SRE_HOST\" \"$1\" \"$2\" \"$LC_ALL\"; echo oh >&2; exit 3" }, Stop);
        Assert.Equal((CommandStatus.Exited, 3, "sagan/one two/$x/C", "oh\n"), (result.Status, result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task What_a_program_is_given_to_read_it_reads()
    {
        _servers.Start("sagan");
        using var runner = Runner("sagan");
        var result = await runner.RunAsync(Request("cat", []) with { Input = "first\nOPENSRE_END\n$(last)\n" }, Stop);
        Assert.Equal("first\nOPENSRE_END\n$(last)\n", result.Output);
        Assert.Equal("", (await runner.RunAsync(Request("cat", []), Stop)).Output);
    }

    [Fact]
    public async Task A_program_that_is_not_there_and_one_that_says_255_are_told_apart_from_a_host_that_is_not_there()
    {
        _servers.Start("sagan");
        _servers.Name("nobody", SshServers.FreePort());
        using var runner = Runner("sagan");
        using var nobody = Runner("nobody");
        Assert.Equal(CommandStatus.NotFound, (await runner.RunAsync(Request("no-such-program", []), Stop)).Status);
        var said = await runner.RunAsync(Request("sh", ["-c", "echo mine >&2; exit 255"]), Stop);
        Assert.Equal((255, "mine\n"), (said.ExitCode, said.Error));
        var refused = await nobody.RunAsync(Request("true", []), Stop);
        Assert.Equal((CommandStatus.Exited, 255), (refused.Status, refused.ExitCode));
        Assert.Contains("nobody: connection refused", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_key_is_not_accepted_and_a_changed_one_is_named()
    {
        _servers.Start("stranger", known: false);
        _servers.Start("changed", known: null);
        var before = await File.ReadAllTextAsync(_servers.KnownHosts, Stop);
        using var stranger = Runner("stranger");
        using var changed = Runner("changed");
        Assert.Contains("not known here; compare and accept it with: opensre hosts trust stranger", (await stranger.RunAsync(Request("true", []), Stop)).Error, StringComparison.Ordinal);
        Assert.Contains("not the one known here", (await changed.RunAsync(Request("true", []), Stop)).Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(_servers.KnownHosts, Stop));
    }

    [Fact]
    public async Task A_host_that_accepts_and_never_answers_costs_the_time_given_and_no_more()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        _servers.Name("silent", ((IPEndPoint)silent.LocalEndpoint).Port);
        using var runner = Runner("silent");
        var result = await runner.RunAsync(Request("true", []) with { Timeout = TimeSpan.FromSeconds(1) }, Stop);
        Assert.Equal(CommandStatus.TimedOut, result.Status);
        Assert.Equal("silent: no answer within 1 s", result.Error);
    }

    [Fact]
    public async Task A_command_that_hangs_is_ended_on_both_sides_and_the_next_one_works()
    {
        _servers.Start("sagan");
        using var runner = Runner("sagan");
        var mark = $"61{Environment.ProcessId}";
        var result = await runner.RunAsync(Request("sh", ["-s", "--", mark]) with { Input = "echo before; sleep $1; echo after", Timeout = TimeSpan.FromSeconds(8) }, Stop);
        Assert.Equal((CommandStatus.TimedOut, "before\n"), (result.Status, result.Output));
        Assert.Equal("x", (await runner.RunAsync(Request("printf", ["x"]), Stop)).Output);
        for (var i = 0; i < 600 && Running("sleep\0" + mark); i++)
        {
            await Task.Delay(100, Stop);
        }

        Assert.False(Running("sleep\0" + mark), "the command still runs on the other side");
    }

    [Fact]
    public async Task One_connection_serves_many_commands_and_a_dead_socket_in_its_place_is_got_over()
    {
        _servers.Start("sagan");
        using var runner = Runner("sagan", keep: true);
        Assert.Equal("1", (await runner.RunAsync(Request("printf", ["1"]), Stop)).Output);
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => runner.RunAsync(Request("printf", [$"{i}"]), Stop)));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), all.Select(r => r.Output));
        Assert.Equal(1, Accepted("sagan"));

        var socket = Assert.Single(Directory.GetFiles(_servers.Control));
        File.Delete(socket);
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(socket));
        }

        Assert.Equal("2", (await runner.RunAsync(Request("printf", ["2"]), Stop)).Output);
    }

    [Fact]
    public async Task A_kept_connection_that_hangs_costs_one_command_and_not_the_next()
    {
        _servers.Start("sagan");
        using var runner = Runner("sagan", keep: true);
        Assert.Equal("1", (await runner.RunAsync(Request("printf", ["1"]), Stop)).Output);
        var master = Process.GetProcesses().Single(p => CommandLine(p.Id).Contains(_servers.Control, StringComparison.Ordinal));
        using (Process.Start("kill", ["-STOP", $"{master.Id}"]))
        {
        }

        try
        {
            Assert.Equal(CommandStatus.TimedOut, (await runner.RunAsync(Request("printf", ["2"]) with { Timeout = TimeSpan.FromSeconds(8) }, Stop)).Status);
            Assert.Equal("3", (await runner.RunAsync(Request("printf", ["3"]), Stop)).Output);
        }
        finally
        {
            master.Kill();
        }
    }

    [Fact]
    public async Task An_account_that_runs_no_commands_is_said_to_be_one()
    {
        _servers.Start("sagan", force: "echo This account is currently not available.; exit 1");
        using var runner = Runner("sagan");
        var result = await runner.RunAsync(Request("true", []), Stop);
        Assert.Equal(255, result.ExitCode);
        Assert.Contains("runs no commands: This account is currently not available.", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-oProxyCommand=touch x")]
    [InlineData("a b")]
    [InlineData("a;b")]
    [InlineData("$(x)")]
    [InlineData("user@-x")]
    [InlineData("x\n")]
    [InlineData("")]
    public void What_is_no_host_is_given_to_nobody(string destination) =>
        Assert.Throws<ArgumentException>(() => new SshCommandRunner("x", destination));

    [Fact]
    public async Task Evidence_tools_look_at_the_other_side()
    {
        _servers.Start("sagan");
        using var runner = Runner("sagan");
        var tool = EvidenceTools.All(runner).First(t => t.Description.Name == "host.overview");
        var result = await tool.RunAsync(new Dictionary<string, string>(), Stop);
        Assert.Equal(ToolStatus.Ok, result.Status);
        Assert.Contains("uptime seconds=", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_shown_written_when_accepted_and_refused_when_it_changed()
    {
        _servers.Start("stranger", known: false);
        _servers.Start("changed", known: null);
        var options = new SshOptions { ConfigFile = _servers.Config };
        var trust = new SshTrust("stranger", "stranger", options);
        var shown = await trust.ShowAsync(Stop);
        Assert.Null(shown.Problem);
        Assert.Contains(_servers.PrintOf("stranger"), shown.Fingerprint, StringComparison.Ordinal);
        using var runner = Runner("stranger");
        Assert.Equal(255, (await runner.RunAsync(Request("true", []), Stop)).ExitCode);
        await SshTrust.AcceptAsync(shown, Stop);
        Assert.Equal(0, (await runner.RunAsync(Request("true", []), Stop)).ExitCode);
        Assert.True((await trust.ShowAsync(Stop)).IsKnown);

        var other = await new SshTrust("changed", "changed", options).ShowAsync(Stop);
        Assert.Contains("not the one known here", other.Problem, StringComparison.Ordinal);
        var before = await File.ReadAllTextAsync(_servers.KnownHosts, Stop);
        await SshTrust.AcceptAsync(other, Stop);
        Assert.Equal(before, await File.ReadAllTextAsync(_servers.KnownHosts, Stop));
    }

    private SshCommandRunner Runner(string name, bool keep = false) =>
        new(name, name, new SshOptions { ConfigFile = _servers.Config, ControlFolder = keep ? _servers.Control : null, KeepOpen = TimeSpan.FromSeconds(20) });

    private static CommandRequest Request(string program, IReadOnlyList<string> arguments) => new("test", program, arguments, null, TimeSpan.FromSeconds(30), 100_000);

    private int Accepted(string name) => File.ReadLines(_servers.Path(name + ".log")).Count(l => l.Contains("Accepted publickey", StringComparison.Ordinal));

    private static bool Running(string commandLine) =>
        Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out var id) ? id : 0).Any(id => id > 0 && CommandLine(id).StartsWith(commandLine, StringComparison.Ordinal));

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

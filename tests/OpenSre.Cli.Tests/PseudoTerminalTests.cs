using System.Text;
using System.Text.RegularExpressions;

namespace OpenSre.Tests.Cli;

/// <summary>The real program on a real (pseudo-)terminal.</summary>
public sealed class PseudoTerminalTests : IDisposable
{
    private const int HangUp = 1, Interrupt = 2, Quit = 3, Kill = 9, Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Opensre _opensre = new();
    private PseudoTerminal? _terminal;

    public PseudoTerminalTests() => Assert.SkipUnless(PseudoTerminal.IsSupported, "Pseudo-terminals are opened the way Linux does it.");

    public void Dispose()
    {
        _terminal?.Dispose();
        _opensre.Dispose();
    }

    [Fact]
    public void A_session_opens_investigates_and_ends_and_the_terminal_is_as_before()
    {
        var terminal = Start();
        Assert.True(terminal.Look(s => s.IsBracketedPaste));
        Assert.False(terminal.IsCooked());
        terminal.Type("disk full on /\r");
        See("understood");
        Assert.True(terminal.Wait(s => s.All().Exists(r => r.StartsWith("Root cause", StringComparison.Ordinal) || r.StartsWith("Healthy", StringComparison.Ordinal) || r.StartsWith("Inconclusive", StringComparison.Ordinal)), Patience), Shown());
        See("· idle ·");
        Assert.Single(terminal.Look(s => s.All()), r => r == "›");
        terminal.Type("why?\r");
        See("› why?");
        terminal.Type("\u0004");
        Assert.Equal(0, terminal.WaitForExit(Patience));
        See("Kept in ");
        Restored();
        Assert.Empty(terminal.Look(s => s.Refused));
        Assert.Equal(0, terminal.Look(s => s.OpenFrames));
    }

    [Theory]
    [InlineData(Terminate)]
    [InlineData(HangUp)]
    [InlineData(Quit)]
    public void However_it_is_told_to_end_the_terminal_is_as_before(int signal)
    {
        var terminal = Start();
        terminal.Type("/demo stream 200 60\r");
        See("Findings");
        terminal.Signal(signal);
        Assert.NotNull(terminal.WaitForExit(Patience));
        Restored();
    }

    [Fact]
    public void An_exception_nobody_catches_is_a_sentence_and_the_terminal_is_as_before()
    {
        var terminal = Start();
        terminal.Type("/demo crash\r");
        Assert.NotNull(terminal.WaitForExit(Patience));
        See("an internal error ended the session (InvalidOperationException)");
        Assert.DoesNotContain(terminal.Look(s => s.All()), r => r.Contains("   at ", StringComparison.Ordinal));
        Restored();
    }

    [Fact]
    public void An_interrupt_from_elsewhere_is_ctrl_c()
    {
        var terminal = Start();
        terminal.Type("/demo silence 60\r");
        See("Esc stops");
        terminal.Signal(Interrupt);
        See("Stopped.");
        See("idle");
        Assert.Null(terminal.WaitForExit(TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public void Stopped_and_woken_it_gives_the_terminal_back_and_takes_it_again()
    {
        // A shell between the two, because nobody stops a process group that has no parent to wake it.
        var terminal = Start("sh", "-c", "set -m; \"$0\" \"$@\"; echo \"back $?\"; fg >/dev/null; echo ended; sleep 0.1");
        terminal.Type("half a thought");
        See("› half a thought");
        terminal.Type("\u001a");
        See("back ");
        See("› half a thought\n  built-in engine");
        terminal.Type(" and more");
        See("› half a thought and more");
        terminal.Type("\u0003\u0004");
        See("ended");
        Assert.NotNull(terminal.WaitForExit(Patience));
        Restored();
    }

    [Fact]
    public void A_child_that_changes_the_terminal_changes_nothing_for_the_session_and_all_settings_are_as_before()
    {
        var (before, after) = (Path.Combine(_opensre.Home, "before"), Path.Combine(_opensre.Home, "after"));
        var terminal = Start("sh", "-c", $"stty -a > '{before}'; \"$0\" \"$@\"; stty -a > '{after}'; echo ended; sleep 0.1");
        terminal.Type("!stty -F /dev/tty sane && echo made sane\r");
        See("  made sane");
        See("· idle");
        Assert.True(terminal.Wait(_ => terminal.IsCooked() == false, Patience), "The terminal was not taken again.");
        terminal.Type("half a thought");
        See("› half a thought\n  built-in engine");
        terminal.Type("\u0003\u0004");
        See("ended");
        Assert.Equal(File.ReadAllText(before), File.ReadAllText(after));
        Assert.NotNull(terminal.WaitForExit(Patience));
        Restored();
    }

    [Fact]
    public void Killed_in_the_middle_of_an_investigation_it_goes_on_where_it_was_with_all_its_facts()
    {
        var terminal = Start();
        terminal.Type("everything is slow on this host\r");
        See("  e1  ");
        terminal.Signal(Kill);
        Assert.Equal(128 + Kill, terminal.WaitForExit(Patience));
        _terminal!.Dispose();
        var next = Start([], ["--resume", "slow"]);
        See("Going on with ");
        See("everything is slow on this host → stopped (");
        See("trust is off");
        next.Type("/evidence e1\r");
        See("› /evidence e1");
        Assert.True(next.Wait(s => s.All().SkipWhile(r => r != "› /evidence e1").Any(r => r.Contains("e1", StringComparison.Ordinal) && !r.StartsWith('›')), Patience), Shown());
        Assert.Empty(next.Look(s => s.Refused));
    }

    [Fact]
    public void Keys_steer_edit_and_stop_while_a_real_investigation_runs()
    {
        var terminal = Start();
        terminal.Type("!sleep 30\r");
        See("Esc stops");
        terminal.Type("/status\r");
        See("running   nothing");
        terminal.Type("\u001b");
        See("Stopped.");
        See("idle");
    }

    [Fact]
    public void Resizing_a_real_terminal_while_it_streams_leaves_one_prompt_and_every_block_once()
    {
        var terminal = Start();
        terminal.Type("/demo stream 1000 3\r");
        See("Findings");
        foreach (var columns in new[] { 60, 120, 80, 100, 70, 100 })
        {
            terminal.Resize(columns, 30);
            terminal.Type("x");
            Thread.Sleep(300);
        }

        See("idle");
        var rows = terminal.Look(s => s.Logical());
        Assert.Single(rows, r => r == "› xxxxxx");
        Assert.Single(rows, r => r.StartsWith("  built-in engine ·", StringComparison.Ordinal));
        var blocks = rows.Count(r => r == "Findings");
        Assert.InRange(rows.Count(r => r == "  $ df -h /srv"), blocks - 1, blocks);
        Assert.Empty(terminal.Look(s => s.Refused));
    }

    [Fact]
    public void What_is_typed_is_there_again_in_the_next_session()
    {
        var terminal = Start();
        terminal.Type("/status\r");
        See("running   nothing");
        terminal.Type("\u0004");
        Assert.Equal(0, terminal.WaitForExit(Patience));
        _terminal!.Dispose();
        var next = Start();
        next.Type("\u001b[A");
        See("› /status");
    }

    [Theory]
    [InlineData("TERM", "dumb")]
    [InlineData("--plain", "")]
    public void A_simple_terminal_and_a_screen_reader_get_lines_without_a_sequence(string how, string value)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["OPENSRE_HOME"] = Path.Combine(_opensre.Home, "home"), ["TERM"] = how == "TERM" ? value : "xterm-256color" };
        _terminal = PseudoTerminal.Start([Program, .. (how == "TERM" ? (string[])[] : ["--plain"])], environment);
        Assert.True(_terminal.See("\n>", Patience), Shown());
        _terminal.Type("/status\n");
        See("running   nothing");
        _terminal.Type("\u0004");
        Assert.Equal(0, _terminal.WaitForExit(Patience));
        Assert.DoesNotContain((byte)0x1b, _terminal.Bytes());
    }

    [Fact]
    public void Without_colours_nothing_is_coloured()
    {
        var terminal = Start(extra: ("NO_COLOR", "1"));
        terminal.Type("/demo stream 400 2\r");
        See("Findings");
        See("idle");
        var sequences = Regex.Matches(Encoding.UTF8.GetString(terminal.Bytes()), "\u001b\\[([0-9;]*)m");
        Assert.NotEmpty(sequences);
        Assert.All(sequences.SelectMany(s => s.Groups[1].Value.Split(';')), code => Assert.Contains(code, (string[])["", "0", "1", "2", "3", "4", "7"]));
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "opensre");

    private PseudoTerminal Start(params string[] through) => Start(default, through);

    private PseudoTerminal Start((string Name, string Value) extra, params string[] through) => Start(through, [], extra);

    private PseudoTerminal Start(string[] through, string[] arguments, (string Name, string Value) extra = default)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OPENSRE_HOME"] = Path.Combine(_opensre.Home, "home"),
            ["TERM"] = "xterm-256color",
            ["NO_COLOR"] = null,
            ["CI"] = null,
            ["DOCKER_HOST"] = null,
        };
        if (extra.Name is not null)
        {
            environment[extra.Name] = extra.Value;
        }

        _terminal = PseudoTerminal.Start([.. through, Program, .. arguments], environment);
        See("· idle");
        return _terminal;
    }

    private void See(string text) => Assert.True(_terminal!.See(text, Patience), $"Waited in vain for: {text}\n{Shown()}");

    private string Shown() => string.Join('\n', _terminal!.Look(s => s.All()));

    /// <summary>The line settings of the terminal, pasting and the cursor are what they were.</summary>
    private void Restored()
    {
        // The last bytes may arrive a moment after the end of the process.
        Assert.True(_terminal!.Wait(s => !s.IsBracketedPaste, Patience), Shown());
        Assert.NotEqual(false, _terminal.IsCooked());
        Assert.True(_terminal.Look(s => s.IsCursorVisible));
        Assert.Equal(0, _terminal.Look(s => s.OpenFrames));
    }
}

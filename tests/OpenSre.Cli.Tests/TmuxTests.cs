using System.Diagnostics;

namespace OpenSre.Tests.Cli;

/// <summary>The real program in tmux: what a terminal made by others shows and keeps, beside our own virtual screen.</summary>
public sealed class TmuxTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Opensre _opensre = new();
    private readonly string _socket;

    public TmuxTests()
    {
        _socket = Path.Combine(_opensre.Home, "tmux");
        Assert.SkipUnless(IsInstalled(), "tmux is not installed.");
    }

    public void Dispose()
    {
        if (File.Exists(_socket))
        {
            _ = Tmux("kill-server");
        }

        _opensre.Dispose();
    }

    [Fact]
    public void A_thousand_rows_are_in_the_scrollback_once_and_in_order()
    {
        Start();
        Type("!seq -f 'row %g' 1 1000");
        Enter();
        See(r => r == "  row 1000");
        See(r => r.Contains("· idle", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => $"  row {i}"), Rows().Where(r => r.StartsWith("  row ", StringComparison.Ordinal)));
        OnePrompt("›");
    }

    [Fact]
    public void Made_narrow_and_wide_while_it_streams_and_one_types_it_loses_and_doubles_nothing()
    {
        Start();
        Type("/demo stream 1000 4");
        Enter();
        See(r => r == "Findings");
        var typed = "";
        foreach (var columns in new[] { 60, 40, 120, 200, 70, 100 })
        {
            _ = Tmux("resize-window", "-t", "s", "-x", $"{columns}", "-y", "30");
            Type("x");
            typed += "x";
            See(r => r.StartsWith($"› {typed}", StringComparison.Ordinal));
        }

        See(r => r.Contains("· idle", StringComparison.Ordinal));
        var rows = OnePrompt($"› {typed}");
        var blocks = rows.Count(r => r == "Findings");
        Assert.True(blocks > 3, $"{blocks} blocks");
        foreach (var row in new[] { "  $ df -h /srv", "  /dev/vdb1  10G  10G  0  100% /srv", "• nothing else changed in this window" })
        {
            Assert.InRange(rows.Count(r => r == row), blocks - 1, blocks);
        }
    }

    [Fact]
    public void Cleared_and_then_resized_there_is_one_prompt_and_the_scrollback_has_all()
    {
        Start();
        Type("!seq -f 'row %g' 1 60");
        Enter();
        See(r => r == "  row 60");
        See(r => r.Contains("· idle", StringComparison.Ordinal));
        var typed = "";
        foreach (var columns in new[] { 60, 100, 40, 100 })
        {
            _ = Tmux("send-keys", "-t", "s", "C-l");
            _ = Tmux("resize-window", "-t", "s", "-x", $"{columns}", "-y", "30");
            Type("x");
            typed += "x";
            See(r => r == $"› {typed}");
        }

        Assert.Equal(60, OnePrompt($"› {typed}").Count(r => r.StartsWith("  row ", StringComparison.Ordinal)));
    }

    private List<string> OnePrompt(string prompt)
    {
        var rows = Rows();
        Assert.True(rows.Count(r => r.StartsWith('›') && !r.StartsWith("› /", StringComparison.Ordinal) && !r.StartsWith("› !", StringComparison.Ordinal)) == 1, string.Join('\n', rows));
        Assert.Contains(prompt, rows);
        Assert.Single(rows, r => r.StartsWith("  built-in engine ·", StringComparison.Ordinal));
        return rows;
    }

    private void Start()
    {
        var settings = Path.Combine(_opensre.Home, "tmux.conf");
        File.WriteAllText(settings, "set -g history-limit 50000\nset -g status off\nset -g escape-time 0\n");
        var environment = string.Join(' ', _opensre.OnTerminal().Where(v => v.Key != "TERM").OrderBy(v => v.Value is not null).Select(v => v.Value is null ? $"-u {v.Key}" : $"{v.Key}='{v.Value}'"));
        _ = Tmux("-f", settings, "new-session", "-d", "-s", "s", "-x", "100", "-y", "30", $"env {environment} LC_ALL=C.UTF-8 '{Path.Combine(AppContext.BaseDirectory, "opensre")}'");
        See(r => r.Contains("· idle", StringComparison.Ordinal));
    }

    private void Type(string text) => _ = Tmux("send-keys", "-t", "s", "-l", text);

    private void Enter() => _ = Tmux("send-keys", "-t", "s", "Enter");

    /// <summary>Every row of the scrollback and the screen, those that tmux wrapped joined again.</summary>
    private List<string> Rows() => [.. Tmux("capture-pane", "-t", "s", "-p", "-J", "-S", "-").Split('\n').Select(r => r.TrimEnd())];

    private void See(Func<string, bool> isIt)
    {
        var began = Stopwatch.GetTimestamp();
        while (!Rows().Exists(r => isIt(r)))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, $"Waited in vain; the screen:\n{string.Join('\n', Rows().TakeLast(40))}");
            Thread.Sleep(50);
        }
    }

    private string Tmux(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("tmux", ["-u", "-S", _socket, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }

    private static bool IsInstalled() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => p.Length > 0 && File.Exists(Path.Combine(p, "tmux")));
}

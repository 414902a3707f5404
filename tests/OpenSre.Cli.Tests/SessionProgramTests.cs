using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenSre.Sentry.Tests;

namespace OpenSre.Tests.Cli;

/// <summary>What the session offers of the program around it, in the real program on a pseudo-terminal.</summary>
public sealed class SessionProgramTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Opensre _opensre = new();
    private PseudoTerminal? _terminal;

    public SessionProgramTests() => Assert.SkipUnless(PseudoTerminal.IsSupported, "Pseudo-terminals are opened the way Linux does it.");

    public void Dispose()
    {
        _terminal?.Dispose();
        _opensre.Dispose();
    }

    [Fact]
    public void Models_sources_and_the_doctor_answer_inside_and_a_model_is_switched()
    {
        Start();
        Type("/model\r");
        See("opensre model pick NAME chooses");
        Type("/model nosuch\r");
        See("there is no model nosuch");
        Type("/model none\r");
        See("From the next investigation on: built-in engine.");
        Type("/sources\r");
        See("tools, all of them reading only.");
        Type("/doctor\r");
        See("What is missing or refused is left out of an investigation");
    }

    [Fact]
    public void The_assistant_of_a_home_answers_inside_and_guesses_nothing()
    {
        Start();
        Type("/home memory\r");
        See(" used of ");
        Type("/home turn on the kitchen light\r");
        See("I do not know what to do with “turn on the kitchen light”");
        Type("/home\r");
        See("Ask me, in your own words");
    }

    [Fact]
    public async Task Agents_are_listed_inside_and_one_is_ended_only_after_a_question()
    {
        Directory.CreateDirectory(_opensre.Bin);
        var fake = Path.Combine(_opensre.Bin, "claude");
        File.Copy("/bin/sleep", fake);
        using var agent = Process.Start(new ProcessStartInfo(fake, "300") { UseShellExecute = false })!;
        try
        {
            Start();
            Type("/agents dance\r");
            See("unknown subcommand: dance");
            Type("/agents list\r");
            See(agent.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Type($"/agents kill {agent.Id}\r");
            See("[Y/n]");
            See($"agents kill {agent.Id}");
            await Task.Delay(300, TestContext.Current.CancellationToken);
            Type("n");
            See("nothing was done");
            Assert.False(agent.HasExited);
            Type($"/agents kill {agent.Id}\r");
            See("waiting for your answer");
            await Task.Delay(300, TestContext.Current.CancellationToken);
            Type("y");
            await agent.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            Type("/audit\r");
            See($"declined agents kill {agent.Id}");
            See($"approved agents kill {agent.Id}");
        }
        finally
        {
            if (!agent.HasExited)
            {
                agent.Kill();
            }
        }
    }

    [Fact]
    public async Task A_patch_is_applied_inside_after_one_question_and_taken_back_after_another()
    {
        using var sentry = new StandIn();
        using var repository = new Repository();
        sentry.Then(Runs.State("completed", "code_changes", 2, $"[{Runs.Patch}]"));
        StartBeside(sentry, repository);
        Type($"/fix acme/SHOP-1 --dir {repository.Root}\r");
        See("write 1 file in");
        See("[Y/n]");
        Assert.Equal("x\n", repository.Read("a.py"));
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Type("\r");
        See("nothing staged");
        Assert.Equal("y\n", repository.Read("a.py"));
        Type($"/fix undo --dir {repository.Root}\r");
        See("put the files of");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Type("y");
        See("Taken back: ");
        Assert.Equal("x\n", repository.Read("a.py"));
    }

    [Fact]
    public void Ctrl_C_during_a_fix_asks_whether_Seer_stops_as_well_and_leaves_the_session_alive()
    {
        using var sentry = new StandIn();
        using var repository = new Repository();
        sentry.Then(Runs.State("processing", "root_cause"));
        StartBeside(sentry, repository);
        Type($"/fix acme/SHOP-1 --dir {repository.Root}\r");
        See("Attaching to the run there is");
        Type("\u0003");
        See("Stop it as well?");
        Type("y\r");
        See("Seer was asked to stop");
        Assert.Equal("""{"payload":{"type":"interrupt"}}""", Assert.Single(sentry.Posts).Body.ToJsonString());
        Type("/context\r");
        See("· idle");
        Assert.Equal("x\n", repository.Read("a.py"));
    }

    [Fact]
    public async Task Alerts_arrive_from_a_folder_and_a_webhook_while_one_types()
    {
        var drop = Directory.CreateDirectory(Path.Combine(_opensre.Home, "drop")).FullName;
        var port = FreePort();
        using var client = new HttpClient { Timeout = Patience };
        Start();
        Type($"/watch {drop} every 200ms\r");
        See("t1 watches");
        Type($"/alerts listen {port}\r");
        See("· listening");
        Type("half a thought");
        See("› half a thought");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(drop, "one.txt"), "memory low on web-9", TestContext.Current.CancellationToken);
        See("● a1 ");
        var address = new Uri($"http://127.0.0.1:{port}/alerts");
        const string Alert = """{"version":"4","status":"firing","groupKey":"g","receiver":"r","alerts":[{"status":"firing","labels":{"alertname":"DiskFull","instance":"web-1","severity":"critical"},"annotations":{"summary":"disk full on web-1"},"startsAt":"2026-05-04T10:00:00Z","fingerprint":"f1"}]}""";
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(Alert));
        See("● a2 critical DiskFull: disk full on web-1");
        See("› half a thought\n  built-in engine");
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("{\"broken\": "));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(new string('x', 2 * 1024 * 1024)));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(address, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(Alert.Replace("firing", "resolved", StringComparison.Ordinal)));
        See("○ a2 DiskFull is over");
        Assert.Single(_terminal!.Look(s => s.All()), r => r.StartsWith("› half", StringComparison.Ordinal));

        async Task<HttpStatusCode> PostAsync(string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            return (await client.PostAsync(address, content, TestContext.Current.CancellationToken)).StatusCode;
        }
    }

    [Fact]
    public void A_process_is_watched_until_it_ends()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", "300") { UseShellExecute = false })!;
        Start();
        Type($"/watch pid {process.Id} every 100ms\r");
        See("t1 watches pid");
        See("· 1 watch");
        process.Kill();
        See("the process has ended");
        Type("/watch pid notanumber\r");
        See("A pid is a number.");
        Type("/watch http://127.0.0.1:1/ every 100ms\r");
        See("it does not answer");
    }

    [Fact]
    public void An_investigation_is_recorded_replayed_left_and_gone_on_with()
    {
        var terminal = Start();
        Type("/record disk full on /\r");
        See("Recorded in ");
        Type($"/replay {Directory.GetFiles(_opensre.Home, "incident-*.bundle").Single()}\r");
        Type("/tasks\r");
        See("investigation  replay of incident-");
        See("· idle ·");
        Type("\u0004");
        Assert.Equal(0, terminal.WaitForExit(Patience));
        See("opensre --resume ");
        var id = Path.GetFileNameWithoutExtension(Directory.GetFiles(Path.Combine(_opensre.Home, "home", "sessions"), "*.jsonl").Single());
        terminal.Dispose();
        StartWith(["--resume", id[..12]]);
        See("Going on with ");
        See($"session {id} · ");
        Type("/evidence\r");
        See("fact");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts with an issue at a stand-in for Sentry, and the repository it is about.</summary>
    private void StartBeside(StandIn sentry, Repository repository)
    {
        sentry.OnGet = path => path == "/organizations/acme/shortids/SHOP-1/"
            ? (200, """{"group":{"id":"77","shortId":"SHOP-1","title":"ZeroDivisionError","culprit":"cart.total","project":{"slug":"shop"}}}""")
            : null;
        repository.Write("a.py", "x\n");
        repository.Commit();
        repository.Git("remote", "add", "origin", "git@github.com:acme/shop.git");
        Start(("SENTRY_AUTH_TOKEN", sentry.Host.Token), ("SENTRY_URL", sentry.Host.Address.ToString()));
    }

    private PseudoTerminal Start(params (string Name, string? Value)[] extra) => StartWith([], extra);

    private PseudoTerminal StartWith(string[] arguments, params (string Name, string? Value)[] extra)
    {
        // In a folder of its own, because recordings are written where one is.
        _terminal = PseudoTerminal.Start(["sh", "-c", $"cd '{_opensre.Home}' && exec \"$0\" \"$@\"", Path.Combine(AppContext.BaseDirectory, "opensre"), .. arguments], _opensre.OnTerminal(extra), 140, 40);
        See("· idle");
        return _terminal;
    }

    private void Type(string keys) => _terminal!.Type(keys);

    private void See(string text) => Assert.True(_terminal!.See(text, Patience), $"Waited in vain for: {text}\n{string.Join('\n', _terminal.Look(s => s.All()))}");
}

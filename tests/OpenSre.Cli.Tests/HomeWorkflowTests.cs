using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpenSre.Home.Tests;
using OpenSre.Tests.Docker;
using OpenSre.Tests.Ssh;

namespace OpenSre.Tests.Cli;

/// <summary>
/// What a person does with the assistant of a home, from the phone: the real program as a daemon, with stand-ins for Signal and
/// Home Assistant, a real sshd for the server and a real Docker engine on it. scripts/home-demo shows it.
/// </summary>
public sealed class HomeWorkflowTests : IAsyncDisposable
{
    private readonly Opensre _opensre = new();
    private readonly SshServers _servers = new();
    private readonly RealEngine _engine = RealEngine.Bare();
    private readonly List<string> _transcript = [];
    private SignalStandIn? _signal;
    private Process? _daemon;
    private int _shown;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private SignalStandIn Signal => _signal!;

    public async ValueTask DisposeAsync()
    {
        if (_daemon is { HasExited: false })
        {
            _daemon.Kill(entireProcessTree: true);
            await _daemon.WaitForExitAsync(CancellationToken.None);
        }

        _daemon?.Dispose();
        if (_signal is not null)
        {
            await _signal.DisposeAsync();
        }

        await _engine.DisposeAsync();
        _servers.Dispose();
        _opensre.Dispose();
    }

    [Fact]
    public async Task Status_questions_devices_and_approvals_from_the_phone()
    {
        _servers.Need();
        await _engine.NeedAsync();
        _servers.Start("sagan", environment: $"DOCKER_HOST=unix://{_engine.Socket}");
        string[] health = ["--health-interval=1s", "--health-timeout=20s", "--health-retries=1", "--health-start-period=0s", "--health-cmd"];
        await _engine.RunAsync("db", [.. health, "true"], "sh", "-c", "exec sleep 3600");
        await using var home = await StandInHomeAssistant.StartAsync();
        home.AddArea("living", "Living Room");
        home.Add("light.sofa", "Sofa", "off", "living");
        home.Add("light.shelf", "Shelf", "off", "living");
        _signal = await SignalStandIn.StartAsync();
        await StartAsync(home.Address);

        // 1. status: at once, of the machine that is looked after.
        await SayAsync("status");
        Assert.Contains("sagan", await AnswerAsync(t => t.Contains("CPU", StringComparison.OrdinalIgnoreCase)), StringComparison.Ordinal);

        // 2. A question that has to be looked into.
        var sick = await _engine.RunAsync("web", [.. health, "test -e /tmp/second || { echo 'GET /health -> 500 db pool exhausted'; exit 1; }"], "sh", "-c", "if [ -e /tmp/first ]; then touch /tmp/second; fi; touch /tmp/first; exec sleep 3600");
        await UntilAsync(() => _engine.InspectAsync(sick, "{{.State.Health.Status}}").GetAwaiter().GetResult() == "unhealthy");
        await SayAsync("what containers are unhealthy on sagan?");
        await AnswerAsync(t => t.StartsWith("sagan", StringComparison.Ordinal) && t.Contains(sick, StringComparison.Ordinal));
        await SayAsync($"why is {sick} unhealthy on sagan?");
        await AnswerAsync(t => t.Contains("500 db pool exhausted", StringComparison.Ordinal));
        Assert.Contains(Signal.Requests, r => r.Path.StartsWith("/v1/typing-indicator", StringComparison.Ordinal));

        // 3. A device.
        await SayAsync("turn on living room lights");
        Assert.Equal("Living Room lights: 2 of 2 on.", await AnswerAsync(t => t.Contains("lights", StringComparison.Ordinal)));
        Assert.Equal(["light.shelf", "light.sofa"], Assert.Single(home.Calls).Entities.Order());

        // 4. What it noticed by itself comes with a plan; its code approves it, and a look proves it.
        var alert = await MessageAsync(d => d.Edits is null && d.Text.Contains($"container {sick} is unhealthy", StringComparison.Ordinal) && d.Text.Contains($"docker restart {sick}", StringComparison.Ordinal), alsoShown: true);
        await SayAsync($"approve {CodeOf(alert)}");
        await AnswerAsync(t => t.Contains($"✅ {sick} runs and is healthy", StringComparison.Ordinal));
        Assert.Equal("healthy", await _engine.InspectAsync(sick, "{{.State.Health.Status}}"));

        // What is asked for and then rejected is not done.
        var began = await _engine.InspectAsync(_engine.Prefix + "db", "{{.State.StartedAt}}");
        await SayAsync($"restart {_engine.Prefix}db");
        var plan = await MessageAsync(d => d.Text.Contains($"docker restart {_engine.Prefix}db", StringComparison.Ordinal));
        await SayAsync($"reject {CodeOf(plan)} not now");
        await AnswerAsync(t => t.Contains("rejected", StringComparison.Ordinal) && t.Contains("Nothing was run", StringComparison.Ordinal));
        Assert.Equal(began, await _engine.InspectAsync(_engine.Prefix + "db", "{{.State.StartedAt}}"));
        await SayAsync("/audit 3");
        await AnswerAsync(t => t.Contains("The chain is whole", StringComparison.Ordinal));
    }

    private async Task StartAsync(Uri house)
    {
        var folder = Path.Combine(_opensre.Home, "home");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, ".env"), $"SIGNAL_PHONE={SignalStandIn.Phone}\nSIGNAL_SERVICE={Signal.Address.Authority}\nHA_URL={house}\nHA_TOKEN={StandInHomeAssistant.Token}\n", Stop);

        // The rules about how busy the machine is say nothing here: it is whatever the tests make of it.
        await File.WriteAllTextAsync(Path.Combine(folder, "config.yaml"), $$"""
            home:
              zone: UTC
              people: [{ name: Anna, uuid: {{SignalStandIn.Anna}}, operator: true }]
              hosts: { sagan: sagan }
              protected: []
              timeouts: { host: 90s, fresh: 1s, monitor_every: 10s, investigation: 60s }
              rules: { cpu: { off: true }, load: { off: true }, iowait: { off: true }, steal: { off: true }, memory: { off: true }, memory.pressure: { off: true }, disk: { off: true }, inodes: { off: true }, disk.forecast: { off: true }, clock: { off: true }, host: { off: true }, watching: { off: true } }
            """, Stop);
        _opensre.Variables["OPENSRE_SSH_CONFIG"] = _servers.Config;
        _daemon = _opensre.Start("home");
        _daemon.OutputDataReceived += (_, _) => { };
        _daemon.ErrorDataReceived += (_, e) => Show("log", e.Data ?? "");
        _daemon.BeginOutputReadLine();
        _daemon.BeginErrorReadLine();
        await UntilAsync(() => Signal.Listeners > 0);
    }

    private async Task SayAsync(string text)
    {
        Show("Anna", text);
        await Signal.SayAsync(SignalStandIn.Anna, text);
    }

    private static string CodeOf(Delivered plan) => plan.Text[(plan.Text.IndexOf("Plan ", StringComparison.Ordinal) + "Plan ".Length)..][..4];

    /// <summary>The next message, or edit of one, that is as it should be.</summary>
    private async Task<string> AnswerAsync(Func<string, bool> isIt, [CallerArgumentExpression(nameof(isIt))] string what = "") => (await MessageAsync(d => isIt(d.Text), what)).Text;

    /// <param name="alsoShown">It may have come already: what nobody asked for comes when it comes.</param>
    private async Task<Delivered> MessageAsync(Func<Delivered, bool> isIt, [CallerArgumentExpression(nameof(isIt))] string what = "", bool alsoShown = false)
    {
        var found = alsoShown ? Signal.Sent.Take(_shown).FirstOrDefault(isIt) : null;
        await UntilAsync(
            () =>
            {
                var sent = Signal.Sent;
                for (; found is null && _shown < sent.Count; _shown++)
                {
                    Show(sent[_shown].Edits is null ? "assistant" : "assistant, edited", sent[_shown].Text);
                    found = isIt(sent[_shown]) ? sent[_shown] : null;
                }

                return found is not null;
            },
            what);
        return found!;
    }

    private async Task UntilAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var patience = DateTime.UtcNow.AddSeconds(240);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < patience, $"it did not come about: {what}\n{string.Join('\n', _transcript)}");
            await Task.Delay(100, Stop);
        }
    }

    private void Show(string who, string text)
    {
        lock (_transcript)
        {
            _transcript.Add($"{who}: {text}");
            TestContext.Current.TestOutputHelper?.WriteLine($"{who}: {text.ReplaceLineEndings("\n    ")}");
        }
    }
}

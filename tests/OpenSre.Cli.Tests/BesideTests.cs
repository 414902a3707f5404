using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using OpenSre.Home.Tests;

namespace OpenSre.Tests.Cli;

/// <summary>What stands beside the system that is looked at is there for the server and for the assistant of a home as well.</summary>
public sealed class BesideTests : IDisposable
{
    private static readonly string StandIn = Path.Combine(AppContext.BaseDirectory, "McpStandIn.dll");

    private readonly Opensre _opensre = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _opensre.Dispose();

    [Fact]
    public async Task The_server_calls_what_is_configured_reads_runbooks_and_remembers()
    {
        await ConfigureAsync();
        Directory.CreateDirectory(Path.Combine(_opensre.Home, "runbooks"));
        await File.WriteAllTextAsync(Path.Combine(_opensre.Home, "runbooks", "db.md"), "---\nalerts: [DbErrors]\n---\n# When the db fails\nLook.\n", Cancellation);
        using var server = _opensre.Start("serve", "--url", "http://127.0.0.1:0");
        try
        {
            var address = await AddressAsync(server);
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
            using var alert = new StringContent("""{"name":"DbErrors","summary":"db answers 5xx errors","severity":"critical","labels":{"service":"db"}}""", Encoding.UTF8, "application/json");
            using var started = await http.PostAsync(new Uri(address + "/api/investigations"), alert, Cancellation);
            started.EnsureSuccessStatusCode();
            var reports = new Uri(address + started.Headers.Location + "/report");
            var report = "";
            for (var i = 0; i < 1200 && !report.Contains("## Runbooks", StringComparison.Ordinal); i++)
            {
                await Task.Delay(100, Cancellation);
                using var reply = await http.GetAsync(reports, Cancellation);
                report = await reply.Content.ReadAsStringAsync(Cancellation);
            }

            Assert.Contains("When the db fails", report, StringComparison.Ordinal);
            Assert.Contains("mcp.good.logs_search", await http.GetStringAsync(new Uri(address + started.Headers.Location + "/events"), Cancellation), StringComparison.Ordinal);
        }
        finally
        {
            Opensre.Signal(server, 15);
            await server.WaitForExitAsync(Cancellation);
        }

        Assert.Contains("DbErrors", await File.ReadAllTextAsync(Path.Combine(_opensre.Home, "home", "incidents.jsonl"), Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_the_server_a_tool_that_asks_first_waits_for_the_answer_of_a_person(bool approved)
    {
        using var model = new ModelApi(request => request.Results.Count == 0
            ? new ModelReply(new Call("mcp_good_restart", """{"service":"db"}"""))
            : new ModelReply(new Say("I am done.")));
        var mark = Path.Combine(_opensre.Home, "mark");
        await ConfigureAsync(model, mark);
        using var server = _opensre.Start("serve", "--url", "http://127.0.0.1:0", "--model", "test");
        try
        {
            var address = await AddressAsync(server);
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
            using var alert = new StringContent("""{"name":"DbErrors","summary":"db answers 5xx errors","severity":"critical","labels":{"service":"db"}}""", Encoding.UTF8, "application/json");
            using var started = await http.PostAsync(new Uri(address + "/api/investigations"), alert, Cancellation);
            started.EnsureSuccessStatusCode();
            var run = address + started.Headers.Location;

            var asked = await UntilAsync(async () => JsonNode.Parse(await http.GetStringAsync(new Uri(address + "/api/approvals"), Cancellation))!.AsArray().SingleOrDefault());
            Assert.Equal("""good: restart {"service":"db"}""", (string?)asked["request"]!["command"]);
            Assert.False(File.Exists(mark), "It was called before anybody was asked.");
            using var answer = new StringContent($$"""{"approve":{{(approved ? "true" : "false")}},"hash":"{{asked["request"]!["actionHash"]}}","by":"Anna"}""", Encoding.UTF8, "application/json");
            using var taken = await http.PostAsync(new Uri($"{address}/api/approvals/{asked["request"]!["id"]}"), answer, Cancellation);
            taken.EnsureSuccessStatusCode();

            await UntilAsync(() => Task.FromResult(model.Requests.FirstOrDefault(r => r.Results.Count > 0)));
            Assert.Contains(approved ? "restarted" : "It was not run", model.Requests.First(r => r.Results.Count > 0).Results[0], StringComparison.Ordinal);
            Assert.Equal(approved ? "{\"service\":\"db\"}\n" : null, File.Exists(mark) ? await File.ReadAllTextAsync(mark, Cancellation) : null);

            // Whoever follows the run sees the question and its end; numbers have no holes.
            var events = await http.GetStringAsync(new Uri(run + "/events"), Cancellation);
            Assert.Contains("event: approval.requested", events, StringComparison.Ordinal);
            Assert.Contains(approved ? "\"outcome\":\"Approved\"" : "\"outcome\":\"Declined\"", events, StringComparison.Ordinal);
            var numbers = events.Split('\n').Where(l => l.StartsWith("id: ", StringComparison.Ordinal)).Select(l => int.Parse(l[4..], null)).ToList();
            Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
            Assert.Empty(JsonNode.Parse(await http.GetStringAsync(new Uri(address + "/api/approvals"), Cancellation))!.AsArray());
        }
        finally
        {
            Opensre.Signal(server, 15);
            await server.WaitForExitAsync(Cancellation);
        }
    }

    [Fact]
    public async Task At_home_a_tool_that_asks_first_is_a_plan_that_its_code_approves()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the assistant runs on Linux and macOS");
        using var model = new ModelApi(request => request.Results.Count == 0
            ? new ModelReply(new Call("mcp_good_restart", """{"service":"db"}"""))
            : new ModelReply(new Say("I am done.")));
        var mark = Path.Combine(_opensre.Home, "mark");
        await ConfigureAsync(model, mark);
        await using var signal = await SignalStandIn.StartAsync();
        await File.AppendAllTextAsync(Path.Combine(_opensre.Home, "home", "config.yaml"), $$"""

            home:
              people: [{ name: Anna, uuid: {{SignalStandIn.Anna}}, operator: true }]
              hosts: { atom: local }
              timeouts: { host: 90s, monitor_every: 1h, investigation: 60s }
            """, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_opensre.Home, "home", ".env"), $"SIGNAL_PHONE={SignalStandIn.Phone}\nSIGNAL_SERVICE={signal.Address.Authority}\n", Cancellation);
        _opensre.Variables["OPENSRE_MODEL"] = "test";
        using var daemon = _opensre.Start("home");
        try
        {
            daemon.OutputDataReceived += (_, _) => { };
            daemon.ErrorDataReceived += (_, _) => { };
            daemon.BeginOutputReadLine();
            daemon.BeginErrorReadLine();
            await UntilAsync(() => Task.FromResult(signal.Listeners > 0 ? signal : null));
            await signal.SayAsync(SignalStandIn.Anna, "why is everything slow on atom?", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            var plan = await SentAsync(t => t.Contains("""mcp call good restart '{"service":"db"}'""", StringComparison.Ordinal));
            Assert.Contains("suggested by a model that read untrusted text", plan, StringComparison.Ordinal);
            Assert.False(File.Exists(mark), "It was called before anybody was asked.");
            var code = plan[(plan.IndexOf("Plan ", StringComparison.Ordinal) + 5)..][..4];

            // The plan's message has a time of the stand-in's own; what answers it is newer.
            await signal.SayAsync(SignalStandIn.Anna, $"approve {code}", Math.Max(signal.Next(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
            await SentAsync(t => t.Contains("of high risk", StringComparison.Ordinal));
            Assert.False(File.Exists(mark));
            await signal.SayAsync(SignalStandIn.Anna, $"approve {code} confirm", Math.Max(signal.Next(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()) + 1);
            await SentAsync(t => t.Contains("✅ It was called and has answered", StringComparison.Ordinal));
            Assert.Equal("{\"service\":\"db\"}\n", await File.ReadAllTextAsync(mark, Cancellation));
            await UntilAsync(() => Task.FromResult(model.Requests.FirstOrDefault(r => r.Results.Any(x => x.Contains("restarted", StringComparison.Ordinal)))));
        }
        finally
        {
            daemon.Kill(entireProcessTree: true);
            await daemon.WaitForExitAsync(CancellationToken.None);
        }

        Task<string> SentAsync(Func<string, bool> isIt) => UntilAsync(() => Task.FromResult(signal.Sent.Select(d => d.Text).FirstOrDefault(isIt)));
    }

    [Fact]
    public async Task The_assistant_of_a_home_reads_notes_and_remembers()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the assistant runs on Linux and macOS");
        await ConfigureAsync();
        await File.WriteAllTextAsync(Path.Combine(_opensre.Home, "OPENSRE.md"), "The nas sleeps at night. @more.md", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_opensre.Home, "more.md"), "more", Cancellation);
        var notes = await _opensre.RunAsync("", "home", "say", "context");
        Assert.Contains("OPENSRE.md (", notes.Output, StringComparison.Ordinal);
        Assert.Contains("more.md (", notes.Output, StringComparison.Ordinal);
        var asked = await _opensre.RunAsync("", "home", "say", "why is everything slow here?");
        Assert.Equal(0, asked.Code);
        Assert.Contains("why is everything slow here?", await File.ReadAllTextAsync(Path.Combine(_opensre.Home, "home", "incidents.jsonl"), Cancellation), StringComparison.Ordinal);
    }

    /// <param name="model">A model there is besides, called "test".</param>
    /// <param name="mark">Where the tool that changes something notes what it did.</param>
    private async Task ConfigureAsync(ModelApi? model = null, string? mark = null)
    {
        _opensre.Variables["MARK_OF_TEST"] = mark ?? "unused";
        Directory.CreateDirectory(Path.Combine(_opensre.Home, "home"));
        await File.WriteAllTextAsync(Path.Combine(_opensre.Home, "home", "config.yaml"), $$$"""
            models:
              test: { provider: vllm, url: {{{model?.Url ?? new Uri("http://127.0.0.1:9/")}}}v1, model: scripted }
            mcp:
              servers:
                good: { command: [dotnet, "{{{StandIn}}}"], env: { STAND_IN_MARK: "${MARK_OF_TEST}" }, start_seconds: 100, seconds: 100, calls: [{ tool: logs_search, with: { query: "app={{ service }}" } }] }
            """, Cancellation);
    }

    private static async Task<string> AddressAsync(Process server)
    {
        while (true)
        {
            var line = await server.StandardOutput.ReadLineAsync(Cancellation) ?? throw new InvalidOperationException($"It did not start: {await server.StandardError.ReadToEndAsync(Cancellation)}");
            if (line.Split(" · ").FirstOrDefault(p => p.StartsWith("http://", StringComparison.Ordinal)) is { } address)
            {
                return address;
            }
        }
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T?>> look) where T : class
    {
        for (var patience = DateTime.UtcNow.AddSeconds(120); DateTime.UtcNow < patience; await Task.Delay(100, Cancellation))
        {
            if (await look() is { } found)
            {
                return found;
            }
        }

        throw new TimeoutException("It did not come about.");
    }
}

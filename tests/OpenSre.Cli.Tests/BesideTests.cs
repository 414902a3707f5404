using System.Text;

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
            var address = "";
            while (address.Length == 0)
            {
                var line = await server.StandardOutput.ReadLineAsync(Cancellation) ?? throw new InvalidOperationException($"It did not start: {await server.StandardError.ReadToEndAsync(Cancellation)}");
                address = line.Split(" · ").FirstOrDefault(p => p.StartsWith("http://", StringComparison.Ordinal)) ?? "";
            }

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

    private async Task ConfigureAsync()
    {
        Directory.CreateDirectory(Path.Combine(_opensre.Home, "home"));
        await File.WriteAllTextAsync(Path.Combine(_opensre.Home, "home", "config.yaml"), $$$"""
            mcp:
              servers:
                good: { command: [dotnet, "{{{StandIn}}}"], start_seconds: 100, seconds: 100, calls: [{ tool: logs_search, with: { query: "app={{ service }}" } }] }
            """, Cancellation);
    }
}

using System.Text.Json;

namespace OpenSre.Tests.Cli;

public sealed class CommandTests : IDisposable
{
    private readonly Opensre _opensre = new();

    public void Dispose() => _opensre.Dispose();

    [Fact]
    public async Task Version_and_help_say_what_they_should()
    {
        Assert.Matches(@"^OpenSRE \d+\.\d+\.\d+\n$", (await _opensre.RunAsync("", "--version")).Output);
        var help = await _opensre.RunAsync("", "--help");
        Assert.Equal(0, help.Code);
        foreach (var command in new[] { "record", "replay", "doctor", "tools", "--json" })
        {
            Assert.Contains(command, help.Output, StringComparison.Ordinal);
        }

        Assert.All(help.Output.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public async Task Tools_are_listed_for_people_and_with_schemas_for_programs()
    {
        var text = await _opensre.RunAsync("", "tools");
        Assert.Equal(0, text.Code);
        Assert.Contains("host.disk", text.Output, StringComparison.Ordinal);

        var json = await _opensre.RunAsync("", "tools", "--json");
        using var document = JsonDocument.Parse(json.Output);
        foreach (var tool in document.RootElement.EnumerateArray())
        {
            Assert.NotEqual("", tool.GetProperty("summary").GetString());
            Assert.Equal("object", tool.GetProperty("inputSchema").GetProperty("type").GetString());
            Assert.True(tool.GetProperty("timeoutSeconds").GetDouble() > 0);
            Assert.True(tool.GetProperty("cost").GetDouble() > 0);
        }
    }

    [Fact]
    public async Task A_Prometheus_that_is_named_adds_its_tools_and_a_wrong_address_is_a_sentence()
    {
        Assert.DoesNotContain("metrics.series", (await _opensre.RunAsync("", "tools")).Output, StringComparison.Ordinal);
        Assert.Contains("metrics.series", (await _opensre.RunAsync("", "tools", "--prometheus", "127.0.0.1:9")).Output, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(_opensre.Home, "home"));
        await File.WriteAllTextAsync(Path.Combine(_opensre.Home, "home", "config.yaml"), "prometheus:\n  url: http://127.0.0.1:9\n", TestContext.Current.CancellationToken);
        Assert.Contains("metrics.series", (await _opensre.RunAsync("", "tools")).Output, StringComparison.Ordinal);
        Assert.Matches(@"missing  prometheus .*127\.0\.0\.1:9/ does not answer: refused", (await _opensre.RunAsync("", "doctor")).Output);
        var wrong = await _opensre.RunAsync("", "tools", "--prometheus", "ftp://x");
        Assert.Equal(2, wrong.Code);
        Assert.Contains("no http or https address", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_says_of_each_thing_whether_it_is_there()
    {
        var ended = await _opensre.RunAsync("", "doctor");
        Assert.Equal((0, ""), (ended.Code, ended.Errors));
        foreach (var thing in new[] { "system", "proc", "pressure", "cgroups", "kernel log", "journal", "systemd", "log files", "docker", "git", "kubectl", "ssh", "prometheus", "home", "terminal" })
        {
            Assert.Matches($@"\n(ok     |missing|refused)  {thing} ", ended.Output);
        }

        Assert.Matches(@"\n\d+ ok, \d+ missing, \d+ refused\.", ended.Output);
        Assert.False(Directory.Exists(Path.Combine(_opensre.Home, "home")), "The doctor only looks; it makes no folder.");
    }

    [Fact]
    public async Task What_was_recorded_replays_to_the_same_report()
    {
        var recorded = await _opensre.RunAsync("", "record", "disk full on /", "-o", "incident.bundle");
        Assert.Equal(0, recorded.Code);
        Assert.Contains("Recorded in incident.bundle", recorded.Errors, StringComparison.Ordinal);

        var replayed = await _opensre.RunAsync("", "replay", "incident.bundle");
        Assert.Equal((0, ""), (replayed.Code, replayed.Errors));
        Assert.Equal(Verdict(recorded.Output), Verdict(replayed.Output));

        var json = await _opensre.RunAsync("", "replay", "incident.bundle", "--json");
        Assert.All(json.Output.TrimEnd('\n').Split('\n'), line => JsonDocument.Parse(line).Dispose());
    }

    private static string Verdict(string output) => output.Split('\n').First(l => l.StartsWith("**", StringComparison.Ordinal));
}

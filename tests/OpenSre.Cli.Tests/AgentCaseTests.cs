using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OpenSre.Tests.Cli;

/// <summary>
/// <c>agents investigate</c>: a process named as Claude Code's, with records as Claude Code writes them, in each of the ways
/// an agent can be in trouble. No model is asked.
/// </summary>
public sealed class AgentCaseTests : IDisposable
{
    private readonly Opensre _opensre = new();
    private readonly List<Process> _agents = [];

    public AgentCaseTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "This needs /proc.");

    public void Dispose()
    {
        foreach (var agent in _agents)
        {
            if (!agent.HasExited)
            {
                agent.Kill();
                agent.WaitForExit();
            }

            agent.Dispose();
        }

        _opensre.Dispose();
    }

    [Theory]
    [InlineData("agent.looping", 5)]
    [InlineData("agent.rate_limited", 5)]
    [InlineData("agent.requests_fail", 5)]
    [InlineData("agent.stuck", 900)]
    [InlineData("healthy", 5)]
    public async Task Each_trouble_is_found_and_quoted(string fault, int quietSeconds)
    {
        var agent = Start();
        var lines = new List<string> { User(quietSeconds + 60) };
        switch (fault)
        {
            case "agent.looping":
                for (var i = 0; i < 7; i++)
                {
                    lines.Add(Call($"t{i}", "npm test", quietSeconds + 20 - i));
                    lines.Add(Result($"t{i}", true, quietSeconds + 20 - i));
                }

                break;
            case "agent.rate_limited":
                lines.Add(Call("t1", "ls", quietSeconds + 20));
                lines.Add(Failed("429 rate_limit_error: Number of request tokens has exceeded your limit", quietSeconds));
                break;
            case "agent.requests_fail":
                lines.Add(Failed("401 authentication_error: invalid x-api-key", quietSeconds));
                break;
            case "agent.stuck":
                lines.Add(Call("t1", "ls", quietSeconds + 20));
                lines.Add(Result("t1", false, quietSeconds));
                break;
            default:
                lines.Add(Answer("All done.", quietSeconds));
                break;
        }

        Record(agent, lines);
        var diagnosis = await InvestigateAsync(agent.Id.ToString(CultureInfo.InvariantCulture));
        if (fault == "healthy")
        {
            Assert.Equal("healthy", ((string?)diagnosis["verdict"])?.ToLowerInvariant());
            return;
        }

        Assert.True(((string?)diagnosis["verdict"])?.Equals("rootCause", StringComparison.OrdinalIgnoreCase) == true, diagnosis.ToJsonString());
        Assert.Equal(fault, (string?)diagnosis["ranked"]![0]!["faultType"]);
    }

    [Fact]
    public async Task One_that_is_gone_is_found_by_its_name()
    {
        var agent = Start();
        Record(agent, [User(60), Call("t1", "make", 30)]);
        Assert.Equal(0, (await _opensre.RunAsync("", "agents", "register", $"{agent.Id}", "builder")).Code);
        agent.Kill();
        await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
        _opensre.Variables["CLAUDE_CONFIG_DIR"] = Path.Combine(_opensre.Home, ".claude");
        var diagnosis = await InvestigateAsync("builder");
        Assert.Equal("agent.crashed", (string?)diagnosis["ranked"]![0]!["faultType"]);
        var plain = await _opensre.RunAsync("", "agents", "investigate", "builder");
        Assert.Contains("gone=yes", plain.Output);
        Assert.Contains("builder", plain.Output);
    }

    [Fact]
    public async Task What_is_no_agent_is_said()
    {
        Assert.Equal(2, (await _opensre.RunAsync("", "agents", "investigate", "4194300")).Code);
        Assert.Equal(2, (await _opensre.RunAsync("", "agents", "investigate")).Code);
    }

    private async Task<JsonNode> InvestigateAsync(string named)
    {
        var ended = await _opensre.RunAsync("", "agents", "investigate", named, "--json");
        Assert.True(ended.Code == 0, ended.Errors + ended.Output);
        return ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).Select(e => e["diagnosis"] ?? e["event"]?["diagnosis"]).OfType<JsonNode>().LastOrDefault()
            ?? throw new InvalidDataException(ended.Output);
    }

    private Process Start()
    {
        Directory.CreateDirectory(_opensre.Bin);
        var program = Path.Combine(_opensre.Bin, "claude");
        if (!File.Exists(program))
        {
            File.Copy("/bin/sleep", program);
        }

        var start = new ProcessStartInfo(program, "600") { UseShellExecute = false, WorkingDirectory = _opensre.Home };
        start.Environment["HOME"] = _opensre.Home;
        start.Environment.Remove("CLAUDE_CONFIG_DIR");
        var agent = Process.Start(start)!;
        _agents.Add(agent);
        return agent;
    }

    private void Record(Process agent, IReadOnlyList<string> lines)
    {
        var stat = File.ReadAllText($"/proc/{agent.Id}/stat");
        var begun = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        var root = Path.Combine(_opensre.Home, ".claude");
        Directory.CreateDirectory(Path.Combine(root, "sessions"));
        File.WriteAllText(Path.Combine(root, "sessions", $"{agent.Id}.json"), new JsonObject { ["pid"] = agent.Id, ["sessionId"] = "s1", ["cwd"] = _opensre.Home, ["procStart"] = begun, ["status"] = "", ["updatedAt"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() }.ToJsonString());
        var place = Path.Combine(root, "projects", string.Concat(_opensre.Home.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')));
        Directory.CreateDirectory(place);
        File.WriteAllText(Path.Combine(place, "s1.jsonl"), string.Join('\n', lines) + "\n");
    }

    private static string At(int secondsAgo) => DateTimeOffset.UtcNow.AddSeconds(-secondsAgo).ToString("O", CultureInfo.InvariantCulture);

    private static string User(int ago) => $$$"""{"type":"user","timestamp":"{{{At(ago)}}}","message":{"role":"user","content":[{"type":"text","text":"do it"}]}}""";

    private static string Call(string id, string command, int ago) =>
        $$$"""{"type":"assistant","timestamp":"{{{At(ago)}}}","requestId":"r{{{id}}}","message":{"id":"m{{{id}}}","model":"claude-sonnet-4-5","stop_reason":"tool_use","usage":{"input_tokens":10,"output_tokens":5},"content":[{"type":"tool_use","id":"{{{id}}}","name":"Bash","input":{"command":"{{{command}}}"}}]}}""";

    private static string Result(string id, bool failed, int ago) =>
        $$$"""{"type":"user","timestamp":"{{{At(ago)}}}","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{{id}}}","is_error":{{{(failed ? "true" : "false")}}}}]}}""";

    private static string Answer(string text, int ago) =>
        $$$"""{"type":"assistant","timestamp":"{{{At(ago)}}}","requestId":"ra","message":{"id":"ma","model":"claude-sonnet-4-5","stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":5},"content":[{"type":"text","text":"{{{text}}}"}]}}""";

    private static string Failed(string text, int ago) =>
        $$$"""{"type":"assistant","timestamp":"{{{At(ago)}}}","isApiErrorMessage":true,"message":{"id":"me","model":"<synthetic>","content":[{"type":"text","text":"API Error: {{{text}}}"}]}}""";
}

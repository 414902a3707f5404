using System.Diagnostics;

namespace OpenSre.Tests.Cli;

/// <summary>An agent of the Agent Client Protocol as the model of an investigation, which gets our tools as an MCP server it starts.</summary>
public sealed class AcpTests
{
    private const string StandIn = """
        import json, subprocess, sys
        def send(message):
            sys.stdout.write(json.dumps(dict(jsonrpc="2.0", **message)) + "\n")
            sys.stdout.flush()
        def say(text):
            send(dict(method="session/update", params=dict(sessionId="s", update=dict(sessionUpdate="agent_message_chunk", content=dict(type="text", text=text)))))
        servers = []
        for line in sys.stdin:
            message = json.loads(line)
            method = message.get("method")
            if method == "initialize":
                send(dict(id=message["id"], result=dict(protocolVersion=1, agentCapabilities={})))
            elif method == "session/new":
                servers = message["params"]["mcpServers"]
                send(dict(id=message["id"], result=dict(sessionId="s")))
            elif method == "session/prompt":
                server = subprocess.Popen([servers[0]["command"]] + servers[0]["args"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                def call(number, name, params):
                    server.stdin.write(json.dumps(dict(jsonrpc="2.0", id=number, method=name, params=params)) + "\n")
                    server.stdin.flush()
                    return json.loads(server.stdout.readline())["result"]
                hello = call(1, "initialize", dict(protocolVersion="2025-06-18", capabilities={}, clientInfo=dict(name="x", version="1")))
                tools = call(2, "tools/list", {})["tools"]
                answer = call(3, "tools/call", dict(name="host_temperature", arguments={}))["content"][0]["text"]
                say("%s has %d tools and answers. [%s]" % (hello["serverInfo"]["name"], len(tools), answer.split(":")[0]))
                server.stdin.close()
                say(" The bridge ended with %d." % server.wait(20))
                send(dict(id=message["id"], result=dict(stopReason="end_turn")))
        """;

    [Fact]
    public async Task It_calls_our_tools_and_what_they_bring_is_in_the_ledger()
    {
        Assert.SkipUnless(HasPython(), "python3 is not here.");
        using var opensre = new Opensre();
        var agent = Path.Combine(opensre.Home, "agent.py");
        await File.WriteAllTextAsync(agent, StandIn, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(opensre.Home, "home"));
        await File.WriteAllTextAsync(Path.Combine(opensre.Home, "home", "config.yaml"), $"models: {{ helper: {{ provider: acp, command: [python3, \"{agent}\"] }} }}\n", TestContext.Current.CancellationToken);
        var ended = await opensre.RunAsync("is the disk full?", "--json", "--model", "helper");
        Assert.Equal(0, ended.Code);
        Assert.Contains("\"why\":\"the model asks\"", ended.Output, StringComparison.Ordinal);
        Assert.Contains("opensre has ", ended.Output, StringComparison.Ordinal);
        Assert.Contains("The bridge ended with 0.", ended.Output, StringComparison.Ordinal);
    }

    private static bool HasPython()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", "--version") { RedirectStandardOutput = true, UseShellExecute = false });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

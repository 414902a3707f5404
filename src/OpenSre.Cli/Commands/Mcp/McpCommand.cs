using System.Text.RegularExpressions;
using OpenSre.Core;
using OpenSre.Models;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary><c>opensre mcp</c>: servers of the Model Context Protocol that are looked with, and OpenSRE as one of them.</summary>
internal static partial class McpCommand
{
    public const string Usage = """
        opensre mcp serve [--model NAME]     OpenSRE as an MCP server on standard input and output, for other agents
        opensre mcp list                     the servers of config.yaml, their tools, and what may be done with each
        opensre mcp test [NAME]              reaches the servers, or one, and says how long it took
        opensre mcp add NAME COMMAND…        writes a server into config.yaml; a program,
        opensre mcp add NAME --url URL       or one that is spoken to over HTTP
        opensre mcp remove NAME              takes it out again

        A model uses tools that say they only read without asking. Before others a person is asked, unless the server's entry
        names them under allow: []; deny: [] names those that are never used. Without a model the engine calls what the entry
        names under calls:, as in  calls: [{ tool: query, with: { query: "{{ service }}" }, about: [errors] }]

        """;

    public static async Task<int> RunAsync(string[] words, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        switch (words)
        {
            case ["serve", .. var rest]:
                return await McpServeCommand.RunAsync(rest, errors, cancellation).ConfigureAwait(false);
            case ["bridge", var socket]:
                return await McpBridge.RunAsync(socket, cancellation).ConfigureAwait(false);
            case [] when !OpenSre.Terminal.InteractiveSession.IsInputTerminal:
                return await McpServeCommand.RunAsync([], errors, cancellation).ConfigureAwait(false);
            case [] or ["list"]:
                return await ShowAsync(null, tools: true, output, cancellation).ConfigureAwait(false);
            case ["test"]:
                return await ShowAsync(null, tools: false, output, cancellation).ConfigureAwait(false);
            case ["test", var name]:
                return await ShowAsync(name, tools: true, output, cancellation).ConfigureAwait(false);
            case ["add", var name, "--url", var url]:
                return Add(name, [], url, output);
            case ["add", var name, var program, .. var arguments] when program != "--url":
                return Add(name, [program, .. arguments], null, output);
            case ["remove", var name]:
                return Change(McpEntries.Remove(Text(), name) ?? throw new InvalidDataException($"there is no server {SafeText.Line(name, 60)} in {ConfigPath}"), $"{name} is taken out.", output);
            case ["--help" or "-h" or "help"]:
                await output.WriteAsync(Usage).ConfigureAwait(false);
                return ExitCodes.Done;
            default:
                await errors.WriteAsync($"opensre: mcp does not take these words\n{Usage}").ConfigureAwait(false);
                return ExitCodes.Unusable;
        }
    }

    private static string ConfigPath => Path.Combine(HomeFolder.Path, "config.yaml");

    private static string Text() => File.Exists(ConfigPath) ? File.ReadAllText(ConfigPath) : "";

    private static async Task<int> ShowAsync(string? name, bool tools, TextWriter output, CancellationToken cancellation)
    {
        var servers = McpSetup.Servers();
        if (servers is null)
        {
            await output.WriteAsync("No MCP server is configured; opensre mcp add NAME COMMAND… adds one.\n").ConfigureAwait(false);
            return name is null ? ExitCodes.Done : ExitCodes.Unusable;
        }

        await using (servers.ConfigureAwait(false))
        {
            var states = await servers.StatesAsync(name, cancellation).ConfigureAwait(false);
            if (states.Count == 0)
            {
                throw new InvalidDataException($"there is no server {SafeText.Line(name!, 60)} in {ConfigPath}");
            }

            foreach (var state in states)
            {
                Write(state, tools, output);
            }

            return states.All(s => s.Tools.Count > 0 || s.Problem.Length == 0) ? ExitCodes.Done : ExitCodes.Failed;
        }
    }

    private static void Write(McpServerState state, bool tools, TextWriter output)
    {
        var reads = state.Tools.Count(t => t.Access == McpAccess.Reads);
        var called = state.Settings.Calls.Select(c => c.Tool).Distinct(StringComparer.Ordinal).ToList();
        var where = state.Settings.Url?.ToString() ?? string.Join(' ', state.Settings.Command);
        output.Write($"{SafeText.Line(state.Settings.Name, 60)}  {(state.Says.Length > 0 ? $"{state.Says}, " : "")}{state.Tools.Count} tools, {reads} only read, {state.Took.TotalMilliseconds:0} ms  ({SafeText.Line(Redaction.Apply(where), 120)})\n");
        if (state.Problem.Length > 0)
        {
            output.Write($"  cannot be used: {state.Problem}\n");
        }

        foreach (var tool in tools ? state.Tools : [])
        {
            var access = tool.Access switch { McpAccess.Reads when called.Contains(tool.Name) => "engine too", McpAccess.Reads => "reads", McpAccess.Asks => "asks first", _ => "never used" };
            output.Write($"  {access,-10}  {tool.Name}  {SafeText.Line(tool.Description, 100)}\n");
        }

        foreach (var tool in called.Where(c => state.Problem.Length == 0 && !state.Tools.Any(t => t.Name == c && t.Access == McpAccess.Reads)))
        {
            output.Write($"  ! calls: names {SafeText.Line(tool, 60)}, {(state.Tools.Any(t => t.Name == tool) ? "which does not say that it only reads; allow: would let the engine call it" : "which this server does not have")}\n");
        }
    }

    private static int Add(string name, IReadOnlyList<string> command, string? url, TextWriter output)
    {
        if (!Name().IsMatch(name))
        {
            throw new InvalidDataException("the name of a server has letters, digits, - and _ only, and at most 40 of them");
        }

        return Change(McpEntries.Add(Text(), name, command, url), $"{name} is added; opensre mcp test {name} tries it. A model may use what only reads; to have the engine ask it without a model, add calls: to its entry (opensre mcp --help).", output);
    }

    /// <summary>Writes the file only when it can be read back.</summary>
    private static int Change(string yaml, string said, TextWriter output)
    {
        ModelConfiguration.Parse(yaml, ConfigPath);
        OpenSre.Investigation.WholeFile.Replace(ConfigPath, System.Text.Encoding.UTF8.GetBytes(yaml));
        output.Write(said + "\n");
        return ExitCodes.Done;
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,40}$")]
    private static partial Regex Name();
}

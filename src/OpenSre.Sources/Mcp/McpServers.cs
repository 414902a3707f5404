using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>A server as it was found.</summary>
/// <param name="Says">Its name and version in its own words; empty when it was not reached.</param>
/// <param name="Problem">Why it cannot be used, in a sentence; empty when it can.</param>
/// <param name="Took">How long it took to start and to list its tools.</param>
public sealed record McpServerState(McpServerSettings Settings, string Says, IReadOnlyList<McpToolState> Tools, string Problem, TimeSpan Took);

/// <param name="Name">As the server calls it.</param>
/// <param name="EvidenceTool">As it is called here.</param>
public sealed record McpToolState(string Name, string EvidenceTool, string Description, McpAccess Access);

/// <summary>
/// The configured MCP servers. Connections are kept from one investigation to the next; a server that is broken, slow or
/// missing costs nothing but its own tools.
/// </summary>
public sealed class McpServers : IAsyncDisposable
{
    /// <summary>Tools of one server that are looked at; more would leave a model no room for anything else.</summary>
    internal const int MostTools = 128;

    /// <summary>Names fit what every model provider accepts.</summary>
    private const int LongestName = 60;

    private readonly IReadOnlyList<McpConnection> _connections;
    private readonly TimeProvider _time;

    /// <param name="environment">Looks up the variables that hold the servers' secrets.</param>
    public McpServers(IReadOnlyList<McpServerSettings> settings, Func<string, string?> environment, TimeProvider time)
    {
        _connections = [.. settings.Select(s => new McpConnection(s, environment))];
        _time = time;
    }

    /// <summary>What the engine may call by itself.</summary>
    public IReadOnlyList<ToolProposal> Proposals =>
        [.. _connections.SelectMany(c => c.Settings.Calls.Select(p => p with { Tool = NameOf(c.Settings.Name, p.Tool) }))];

    /// <summary>The tools of all servers, as evidence tools. Servers that cannot be used are gaps. Only cancellation throws.</summary>
    /// <param name="ask">Asks a person; where nobody can be asked, tools that do not say that they only read are left out.</param>
    public async Task<SuppliedTools> ToolsAsync(Func<McpQuestion, CancellationToken, Task<McpPermit>>? ask, CancellationToken cancellation)
    {
        List<IEvidenceTool> tools = [];
        List<Gap> gaps = [];
        foreach (var (connection, listed, _) in await Task.WhenAll(_connections.Select(c => ListAsync(c, cancellation))).ConfigureAwait(false))
        {
            if (listed.Problem.Length > 0)
            {
                gaps.Add(new Gap($"MCP server {connection.Settings.Name}", listed.Problem));
            }

            foreach (var (tool, state) in listed.Tools)
            {
                if (state.Access == McpAccess.Reads || (state.Access == McpAccess.Asks && ask is not null))
                {
                    tools.Add(new McpTool(connection, tool, state.EvidenceTool, state.Access == McpAccess.Asks ? ask : null));
                }
            }
        }

        return new SuppliedTools(tools, gaps);
    }

    /// <summary>Reaches every server, or the one of a name, and says what it found.</summary>
    public async Task<IReadOnlyList<McpServerState>> StatesAsync(string? name, CancellationToken cancellation)
    {
        var found = await Task.WhenAll(_connections.Where(c => name is null || c.Settings.Name == name).Select(c => ListAsync(c, cancellation))).ConfigureAwait(false);
        return [.. found.Select(f => new McpServerState(f.Connection.Settings, f.Connection.Says, [.. f.Listed.Tools.Select(t => t.State)], f.Listed.Problem, f.Took))];
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_connections.Select(c => c.DisposeAsync().AsTask())).ConfigureAwait(false);

    private async Task<(McpConnection Connection, Listed Listed, TimeSpan Took)> ListAsync(McpConnection connection, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        try
        {
            var tools = await connection.ListAsync(cancellation).ConfigureAwait(false);
            HashSet<string> names = new(StringComparer.Ordinal);
            List<(ModelContextProtocol.Protocol.Tool, McpToolState)> kept = [];
            foreach (var tool in tools.Take(MostTools))
            {
                var name = NameOf(connection.Settings.Name, tool.Name);
                if (names.Add(name))
                {
                    kept.Add((tool, new McpToolState(SafeText.Line(tool.Name, 80), name, SafeText.Line(tool.Description ?? "", 400), McpAccessRule.Of(tool, connection.Settings))));
                }
            }

            return (connection, new Listed(kept, tools.Count > MostTools ? $"it has {tools.Count} tools; only the first {MostTools} are used" : ""), _time.GetElapsedTime(began));
        }
        catch (Exception e) when (e is McpUnreachableException or McpException)
        {
            return (connection, new Listed([], SafeText.Line(e.Message, 400)), _time.GetElapsedTime(began));
        }
    }

    /// <summary><c>mcp.SERVER.TOOL</c>; what is too long or holds other characters is told apart by a hash.</summary>
    private static string NameOf(string server, string tool)
    {
        var plain = string.Concat($"mcp.{server}.{tool}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_'));
        if (plain.Length <= LongestName && plain == $"mcp.{server}.{tool}")
        {
            return plain;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{server}\n{tool}")))[..6];
        return $"{plain[..Math.Min(plain.Length, LongestName - 7)]}-{hash}";
    }

    private sealed record Listed(IReadOnlyList<(ModelContextProtocol.Protocol.Tool Tool, McpToolState State)> Tools, string Problem);
}

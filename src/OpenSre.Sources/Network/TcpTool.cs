using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>net.tcp</c>: whether a port takes connections.</summary>
internal sealed class TcpTool(ICommandRunner runner) : IEvidenceTool
{
    public ToolDescription Description { get; } = new(
        "net.tcp",
        "Opens a TCP connection from here and says whether the port is open, refused or silent, at every address of the name.",
        [new ToolParameter("host", "Host name or IP address.", Required: true), new ToolParameter("port", "Port, 1 to 65535.", Required: true)],
        TimeSpan.FromSeconds(12),
        8_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        if (!ToolArguments.TryText(arguments, "host", ToolArguments.IsHost, "a host name or an IP address", out var host, out var wrong)
            || !ToolArguments.TryText(arguments, "port", p => ToolArguments.IsPort(p, out _), "a port from 1 to 65535", out var port, out wrong))
        {
            return wrong;
        }

        return await CommandTool.RunAsync(runner, Description, "opensre:tcp", [host, port], null, cancellation);
    }
}

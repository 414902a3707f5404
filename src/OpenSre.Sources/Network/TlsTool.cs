using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>net.tls</c>: the certificate a server presents, and what a client would object to.</summary>
internal sealed class TlsTool(ICommandRunner runner) : IEvidenceTool
{
    public ToolDescription Description { get; } = new(
        "net.tls",
        "Makes a TLS handshake and shows the certificate in full (names, issuer, validity, days left) and whether it verifies.",
        [
            new ToolParameter("host", "Host name or IP address to connect to.", Required: true),
            new ToolParameter("port", "Port, 1 to 65535.", Required: true),
            new ToolParameter("name", "Server name to ask for; the host if left out."),
        ],
        TimeSpan.FromSeconds(20),
        16_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        if (!ToolArguments.TryText(arguments, "host", ToolArguments.IsHost, "a host name or an IP address", out var host, out var wrong)
            || !ToolArguments.TryText(arguments, "port", p => ToolArguments.IsPort(p, out _), "a port from 1 to 65535", out var port, out wrong)
            || !ToolArguments.TryText(Or(arguments, "name", host), "name", ToolArguments.IsHost, "a host name", out var name, out wrong))
        {
            return wrong;
        }

        return await CommandTool.RunAsync(runner, Description, "opensre:tls", [host, port, name], null, cancellation);
    }

    private static Dictionary<string, string> Or(IReadOnlyDictionary<string, string> arguments, string name, string usual) =>
        new(StringComparer.Ordinal) { [name] = arguments.GetValueOrDefault(name) is { Length: > 0 } given ? given : usual };
}

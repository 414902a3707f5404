using System.Net;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>net.dns</c>: what the name servers and this machine's resolver say about a name.</summary>
internal sealed class DnsTool(ICommandRunner runner) : IEvidenceTool
{
    public ToolDescription Description { get; } = new(
        "net.dns",
        "Asks every configured name server for a name (A and AAAA, with times), shows resolv.conf and the hosts file's line, and what getaddrinfo gives.",
        [new ToolParameter("name", "The host name to look up.", Required: true)],
        TimeSpan.FromSeconds(15),
        16_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation) =>
        ToolArguments.TryText(arguments, "name", n => ToolArguments.IsHost(n) && !IPAddress.TryParse(n, out _), "a host name", out var name, out var wrong)
            ? await CommandTool.RunAsync(runner, Description, "opensre:dns", [name], null, cancellation)
            : wrong;
}

using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>net.http</c>: what a web address answers.</summary>
internal sealed class HttpTool(ICommandRunner runner) : IEvidenceTool
{
    public ToolDescription Description { get; } = new(
        "net.http",
        "Sends one GET and shows status, time to first byte, some headers, the certificate's state, redirects, and the first 2 KB of the body.",
        [new ToolParameter("url", "The http or https address, without user name and password.", Required: true)],
        TimeSpan.FromSeconds(40),
        16_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation) =>
        ToolArguments.TryText(arguments, "url", u => ToolArguments.IsWebAddress(u, out _), "an http or https address without user name and password", out var url, out var wrong)
            ? await CommandTool.RunAsync(runner, Description, "opensre:http", [url], null, cancellation)
            : wrong;
}

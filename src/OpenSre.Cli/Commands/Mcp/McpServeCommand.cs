using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OpenSre.Core;

namespace OpenSre.Cli;

/// <summary>
/// <c>opensre mcp serve</c>: OpenSRE as an MCP server on standard input and output. By itself it asks no model: whoever
/// calls it is one, and could be the very program that would be asked.
/// </summary>
internal static class McpServeCommand
{
    public static async Task<int> RunAsync(string[] words, TextWriter errors, CancellationToken cancellation)
    {
        string? model;
        switch (words)
        {
            case []:
                model = null;
                break;
            case ["--model", var name]:
                model = name;
                break;
            default:
                await errors.WriteAsync("opensre: mcp serve takes --model NAME and nothing else\n").ConfigureAwait(false);
                return ExitCodes.Unusable;
        }

        using var desk = new McpDesk(model is null ? null : ModelSetup.Advice(model, offline: false));
        var input = Console.OpenStandardInput();
        var output = Console.OpenStandardOutput();
        await using (input.ConfigureAwait(false))
        await using (output.ConfigureAwait(false))
        {
            await ServeAsync(desk, input, output, cancellation).ConfigureAwait(false);
        }

        return ExitCodes.Done;
    }

    /// <summary>Answers until the client has gone.</summary>
    public static async Task ServeAsync(McpDesk desk, Stream input, Stream output, CancellationToken cancellation)
    {
        var options = new McpServerOptions
        {
            ServerInfo = new Implementation { Name = "opensre", Title = "OpenSRE", Version = ProgramVersion.Text },
            ServerInstructions = McpDesk.Instructions,
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult { Tools = [.. desk.Tools] }),
                CallToolHandler = async (context, token) =>
                {
                    var said = 0;
                    return await desk.CallAsync(context.Params?.Name ?? "", context.Params?.Arguments, Progress, token).ConfigureAwait(false);

                    async Task Progress(string sentence)
                    {
                        if (context.Params?.ProgressToken is { } progress)
                        {
                            await context.Server.NotifyProgressAsync(progress, new ModelContextProtocol.ProgressNotificationValue { Progress = Interlocked.Increment(ref said), Message = SafeText.Line(sentence, 200) }, cancellationToken: token).ConfigureAwait(false);
                        }
                    }
                },
            },
        };
        var transport = new StreamServerTransport(input, output, "opensre");
        await using (transport.ConfigureAwait(false))
        {
            var server = McpServer.Create(transport, options);
            await using (server.ConfigureAwait(false))
            {
                try
                {
                    await server.RunAsync(cancellation).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    // It was told to stop.
                }
            }
        }
    }
}

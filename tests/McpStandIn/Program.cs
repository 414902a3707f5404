using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OpenSre.Tests.McpStandIn;

// An MCP server for tests, made with the official SDK: on standard input and output, on HTTP, or broken in some way.
switch (args)
{
    case ["silent"]:
        await Console.Error.WriteLineAsync("I am here, but I say nothing");
        await Task.Delay(Timeout.Infinite);
        return 1;
    case ["broken"]:
        await Console.Error.WriteLineAsync("the licence has run out");
        return 3;
    case ["http"]:
        await ServeHttpAsync();
        return 0;
    default:
        {
            await using var server = McpServer.Create(new StdioServerTransport("stand-in"), StandInTools.Options());
            await server.RunAsync();
            return 0;
        }
}

static async Task ServeHttpAsync()
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders();
    builder.WebHost.UseUrls("http://127.0.0.1:0");
    await using var app = builder.Build();
    var transport = new StreamableHttpServerTransport { SessionId = "one" };
    await using var server = McpServer.Create(transport, StandInTools.Options());
    _ = server.RunAsync();
    app.MapPost("/mcp", async (HttpContext context) =>
    {
        if (context.Request.Headers.Authorization != "Bearer of-the-test")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var message = await JsonSerializer.DeserializeAsync<JsonRpcMessage>(context.Request.Body, McpJsonUtilities.DefaultOptions, context.RequestAborted);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["Mcp-Session-Id"] = transport.SessionId;
        if (!await transport.HandlePostRequestAsync(message!, context.Response.Body, context.RequestAborted))
        {
            context.Response.ContentType = null;
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
    });
    await app.StartAsync();
    await Console.Out.WriteLineAsync(app.Urls.First() + "/mcp");
    await app.WaitForShutdownAsync();
}

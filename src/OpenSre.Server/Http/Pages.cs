using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OpenSre.Server;

/// <summary>The web page: three files that are part of the program.</summary>
internal static class Pages
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", http => SendAsync(http, "page/index.html", "text/html; charset=utf-8"));
        app.MapGet("/app.js", http => SendAsync(http, "page/app.js", "text/javascript; charset=utf-8"));
        app.MapGet("/app.css", http => SendAsync(http, "page/app.css", "text/css; charset=utf-8"));
        app.MapGet("/openapi.json", http => SendAsync(http, "page/openapi.json", "application/json"));
    }

    private static async Task SendAsync(HttpContext http, string name, string type)
    {
        var stream = typeof(Pages).Assembly.GetManifestResourceStream(name)!;
        await using var _ = stream.ConfigureAwait(false);
        http.Response.ContentType = type;
        http.Response.Headers.CacheControl = "no-cache";
        await stream.CopyToAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
    }
}

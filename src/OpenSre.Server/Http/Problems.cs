using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OpenSre.Server;

/// <summary>Answers that say what is wrong, in one sentence a person can act on.</summary>
internal static class Problems
{
    public static Task WriteAsync(HttpContext http, int status, string detail)
    {
        if (http.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/problem+json";
        var problem = new Problem(Title(status), status, detail);
        return http.Response.WriteAsync(JsonSerializer.Serialize(problem, ServerJson.Default.Problem));
    }

    private static string Title(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
}

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace OpenSre.Server;

/// <summary>Answers in JSON, of a known length, so that they leave in one piece.</summary>
internal static class Replies
{
    public static Task JsonAsync<T>(HttpContext http, T value, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        http.Response.BodyWriter.Write(json);
        return Task.CompletedTask; // It is sent when the request ends.
    }
}

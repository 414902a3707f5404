using System.Net;
using System.Net.Http.Headers;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// One GET of an HTTP API that answers in JSON, as the end of a probe: exit code 0 for an answer, 22 for an error, 7 for
/// none. No proxy, no cookies, no redirect followed: a token goes to the configured address alone.
/// </summary>
/// <param name="Api">What is asked, for sentences: <c>Prometheus</c>.</param>
/// <param name="TokenVariable">The variable a person sets to give another token.</param>
internal sealed record ApiGet(string Api, string TokenVariable, Uri Address, string? Token, string? Tenant = null)
{
    public const int NoAnswer = 7;
    public const int ErrorReply = 22;

    /// <param name="path">Path and query below the address.</param>
    public async Task<ProbeEnd> RunAsync(string path, ProbeOutput output, CancellationToken cancellation)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, Address.AbsoluteUri.TrimEnd('/') + path);
        request.Headers.TryAddWithoutValidation("User-Agent", "opensre");
        if (Token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        }

        if (Tenant is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Scope-OrgID", Tenant);
        }

        try
        {
            using var response = await client.SendAsync(request, cancellation);
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            if (response.IsSuccessStatusCode)
            {
                await DockerLogStream.CopyPlainAsync(default, body, output, cancellation);
                return ProbeEnd.Done;
            }

            var said = new ProbeOutput(4096);
            await DockerLogStream.CopyPlainAsync(default, body, said, cancellation);
            return new ProbeEnd(
                response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? CommandStatus.Refused : CommandStatus.Exited,
                ErrorReply,
                Refusal(response, said.ToText(out _)));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var why = ErrnoWords.Find(e) is { } socket ? ErrnoWords.Of(socket) : Formats.Quoted(Innermost(e).Message);
            return new ProbeEnd(CommandStatus.Exited, NoAnswer, $"{Api} at {Address} does not answer: {why}");
        }
    }

    private string Refusal(HttpResponseMessage response, string body)
    {
        var said = Formats.Quoted(JsonReading.TryParse(body)?.TextAt("error") ?? body, 200);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"{Api} at {Address} wants another token ({(int)response.StatusCode}): set {TokenVariable}",
            HttpStatusCode.NotFound => $"what answers at {Address} is no {Api}, or serves it under another path ({(int)response.StatusCode})",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => $"{Address} sends elsewhere ({(int)response.StatusCode} to {Formats.Quoted(response.Headers.Location?.ToString() ?? "?", 120)}); give the address it is at",
            _ => $"{Api} answered {(int)response.StatusCode}: {said}",
        };
    }

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}

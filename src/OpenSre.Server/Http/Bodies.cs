using Microsoft.AspNetCore.Http;

namespace OpenSre.Server;

/// <summary>Reads bodies up to the limit.</summary>
internal static class Bodies
{
    private const int InOnePiece = 256 * 1024;

    /// <summary>The raw body; null after a 413 was answered.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext http, ServerSettings settings)
    {
        if (http.Request.ContentLength > settings.MostBodyBytes)
        {
            await TooLargeAsync(http, settings).ConfigureAwait(false);
            return null;
        }

        return http.Request.ContentLength is { } length and <= InOnePiece ? await WholeAsync(http, (int)length).ConfigureAwait(false) : await PiecesAsync(http, settings).ConfigureAwait(false);
    }

    /// <summary>A body of known length into a buffer of that length.</summary>
    private static async Task<byte[]> WholeAsync(HttpContext http, int length)
    {
        var body = new byte[length];
        var at = 0;
        while (at < length)
        {
            var read = await http.Request.Body.ReadAsync(body.AsMemory(at), http.RequestAborted).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            at += read;
        }

        return at == length ? body : body[..at];
    }

    private static async Task<byte[]?> PiecesAsync(HttpContext http, ServerSettings settings)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted).ConfigureAwait(false);
            if (read == 0)
            {
                return all.ToArray();
            }

            all.Write(buffer, 0, read);
            if (all.Length > settings.MostBodyBytes)
            {
                await TooLargeAsync(http, settings).ConfigureAwait(false);
                return null;
            }
        }
    }

    private static Task TooLargeAsync(HttpContext http, ServerSettings settings) =>
        Problems.WriteAsync(http, 413, $"At most {settings.MostBodyBytes / 1024} kB are taken at once.");
}

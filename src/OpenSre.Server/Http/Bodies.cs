using Microsoft.AspNetCore.Http;

namespace OpenSre.Server;

/// <summary>Reads bodies up to the limit.</summary>
internal static class Bodies
{
    /// <summary>The raw body; null after a 413 was answered.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext http, ServerSettings settings)
    {
        if (http.Request.ContentLength > settings.MostBodyBytes)
        {
            await TooLargeAsync(http, settings).ConfigureAwait(false);
            return null;
        }

        using var all = new MemoryStream((int)(http.Request.ContentLength ?? 0));
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

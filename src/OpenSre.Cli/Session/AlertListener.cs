using System.Net;
using System.Text;
using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>Takes what vendors' webhooks send, from this machine alone. For more, there is <c>opensre serve</c>.</summary>
internal static class AlertListener
{
    private const int LargestBody = 1024 * 1024;
    private const int LargestHeard = 8 * LargestBody;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Listens on the loopback interface until it is cancelled.</summary>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task RunAsync(int port, Action<AlertArrival> arrived, TimeProvider time, CancellationToken cancellation)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Prefixes.Add($"http://localhost:{port}/");
        try
        {
            listener.Start();
        }
        catch (HttpListenerException e)
        {
            throw new IOException($"{e.Message}; is something else on it?", e);
        }

        using var stop = cancellation.Register(listener.Stop);
        while (!cancellation.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException && cancellation.IsCancellationRequested)
            {
                break;
            }

            // One sender that is slow must not keep the others waiting.
            _ = AnswerAsync(context, arrived, time, cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private static async Task AnswerAsync(HttpListenerContext context, Action<AlertArrival> arrived, TimeProvider time, CancellationToken cancellation)
    {
        var response = context.Response;
        try
        {
            var (status, words) = await TakeAsync(context.Request, arrived, time, cancellation).WaitAsync(Patience, cancellation).ConfigureAwait(false);
            response.StatusCode = status;
            response.ContentType = "text/plain; charset=utf-8";
            response.Close(Encoding.UTF8.GetBytes(words + "\n"), willBlock: false);
        }
        catch (Exception e) when (e is IOException or HttpListenerException or OperationCanceledException or TimeoutException or InvalidOperationException)
        {
            // The sender is gone or too slow; there is nobody to answer.
            response.Abort();
        }
    }

    private static async Task<(int Status, string Words)> TakeAsync(HttpListenerRequest request, Action<AlertArrival> arrived, TimeProvider time, CancellationToken cancellation)
    {
        if (request.HttpMethod != "POST")
        {
            return request.HttpMethod is "GET" or "HEAD" ? (200, "opensre takes alerts here by POST") : (405, "only POST");
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        long came = 0;
        for (int got; (got = await request.InputStream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            // What is too large is read on for a while and thrown away, so that its sender hears the answer.
            came += got;
            if (came > LargestHeard)
            {
                break;
            }

            if (came <= LargestBody)
            {
                body.Write(buffer, 0, got);
            }
        }

        if (came > LargestBody)
        {
            return (413, "too large: at most 1 MiB");
        }

        var text = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
        var read = AlertIntake.Read(text, time.GetUtcNow());
        switch (read.Kind)
        {
            case IntakeKind.Unusable:
                return (400, SafeText.Line(read.Message, 300));
            case IntakeKind.Noise:
                return (202, "taken: nothing to look into");
            default:
                arrived(new AlertArrival($"{read.Dialect} webhook", text, read.Alerts));
                return (202, $"taken: {read.Alerts.Count}");
        }
    }
}

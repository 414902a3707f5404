using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenSre.Tests;

/// <summary>
/// Speaks the part of Loki's HTTP API that is asked for, over made-up lines: times, direction, limit, the one label of a
/// selector and the expression of a line filter count as they do there.
/// </summary>
internal sealed partial class LokiStandIn : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<(DateTimeOffset At, Dictionary<string, string> Labels, string Line)> _lines = [];

    public LokiStandIn()
    {
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        Url = new Uri($"http://127.0.0.1:{port}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = Task.Run(AnswerAsync);
    }

    public Uri Url { get; }

    /// <summary>What was asked: path and query, decoded; the tenant and the token that came along.</summary>
    public List<(string What, string? Tenant, string? Token)> Asked { get; } = [];

    public LokiStandIn Logged(DateTimeOffset at, string line, params (string Name, string Value)[] labels)
    {
        _lines.Add((at, labels.ToDictionary(l => l.Name, l => l.Value), line));
        return this;
    }

    public void Dispose() => _listener.Close();

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                lock (Asked)
                {
                    Asked.Add((Uri.UnescapeDataString(context.Request.RawUrl ?? ""), context.Request.Headers["X-Scope-OrgID"], context.Request.Headers["Authorization"]));
                }

                context.Response.Close(Encoding.UTF8.GetBytes(Answer(context)), willBlock: true);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // The test is over.
            }
        }
    }

    private string Answer(HttpListenerContext context)
    {
        var query = context.Request.QueryString;
        switch (context.Request.Url!.AbsolutePath)
        {
            case "/loki/api/v1/labels":
                return JsonSerializer.Serialize(new { status = "success", data = _lines.SelectMany(l => l.Labels.Keys).Distinct() });
            case "/loki/api/v1/query_range" when Selector().Match(query["query"]!) is { Success: true } asked:
                var (from, to) = (Time(query["start"]), Time(query["end"]));
                var found = _lines
                    .Where(l => l.At >= from && l.At < to && l.Labels.TryGetValue(asked.Groups["label"].Value, out var value) && Regex.IsMatch(value, $"^({(asked.Groups["by"].Value == "=" ? Regex.Escape(asked.Groups["value"].Value) : asked.Groups["value"].Value)})$"))
                    .Where(l => Regex.IsMatch(l.Line, asked.Groups["filter"].Value))
                    .OrderBy(l => query["direction"] == "forward" ? l.At.Ticks : -l.At.Ticks)
                    .Take(int.Parse(query["limit"]!, CultureInfo.InvariantCulture))
                    .GroupBy(l => l.Labels)
                    .Select(g => new { stream = g.Key, values = g.Select(l => new[] { $"{l.At.ToUnixTimeMilliseconds()}000000", l.Line }) });
                return JsonSerializer.Serialize(new { status = "success", data = new { resultType = "streams", result = found } });
            default:
                context.Response.StatusCode = 400;
                return "parse error";
        }
    }

    private static DateTimeOffset Time(string? nanoseconds) => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(nanoseconds!, CultureInfo.InvariantCulture) / 1_000_000);

    [GeneratedRegex("""^\{(?<label>[a-z_]+)(?<by>=~?)"(?<value>[^"\\]*)"\} \|~ "(?<filter>[^"\\]*)"$""")]
    private static partial Regex Selector();
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenSre.Tests;

/// <summary>
/// Speaks the part of Prometheus' HTTP API that is asked for, over made-up series. It knows no PromQL: a series belongs to
/// every expression that holds all of its words.
/// </summary>
internal sealed class PrometheusStandIn : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly DateTimeOffset _now;
    private readonly List<(string[] Words, string Not, JsonObject Labels, Func<double, double> Value)> _series = [];

    /// <param name="now">What values count their minutes back from.</param>
    public PrometheusStandIn(DateTimeOffset now)
    {
        _now = now;
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

    public List<string> Names { get; } = [];

    /// <summary>The <c>groups</c> of rules, as JSON.</summary>
    public string Rules { get; set; } = "[]";

    /// <summary>The <c>activeTargets</c>, as JSON.</summary>
    public string Targets { get; set; } = "[]";

    /// <summary>The token without which nothing is answered.</summary>
    public string? Token { get; set; }

    /// <summary>What was asked: path and query, decoded.</summary>
    public List<string> Asked { get; } = [];

    /// <param name="words">An expression with all of these has the series, unless it holds <paramref name="not"/>.</param>
    /// <param name="value">The value, by minutes before now.</param>
    public PrometheusStandIn Has(string words, string not, Func<double, double> value, params (string Name, string Value)[] labels)
    {
        _series.Add((words.Split(' '), not, new JsonObject(labels.Select(l => KeyValuePair.Create(l.Name, (JsonNode?)l.Value))), value));
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
                var (status, body) = Answer(context.Request);
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: true);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // The test is over.
            }
        }
    }

    private (int Status, string Body) Answer(HttpListenerRequest request)
    {
        lock (Asked)
        {
            Asked.Add(Uri.UnescapeDataString(request.RawUrl ?? ""));
        }

        if (Token is not null && request.Headers["Authorization"] != $"Bearer {Token}")
        {
            return (401, "no");
        }

        return request.Url!.AbsolutePath switch
        {
            "/api/v1/label/__name__/values" => Good(new JsonArray([.. Names.Select(n => (JsonNode?)n)])),
            "/api/v1/rules" => Good(new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "all", ["rules"] = JsonNode.Parse(Rules) }) }),
            "/api/v1/targets" => Good(new JsonObject { ["activeTargets"] = JsonNode.Parse(Targets) }),
            "/api/v1/query_range" => Good(Range(request)),
            "/api/v1/query" => Good(new JsonObject { ["resultType"] = "vector", ["result"] = new JsonArray([.. Matching(request).Select(s => (JsonNode?)new JsonObject { ["metric"] = s.Labels.DeepClone(), ["value"] = Point(_now.ToUnixTimeSeconds(), s.Value(0)) })]) }),
            _ => (404, "404 page not found"),
        };
    }

    private JsonObject Range(HttpListenerRequest request)
    {
        var start = long.Parse(request.QueryString["start"]!, CultureInfo.InvariantCulture);
        var end = long.Parse(request.QueryString["end"]!, CultureInfo.InvariantCulture);
        var step = long.Parse(request.QueryString["step"]!, CultureInfo.InvariantCulture);
        var result = new JsonArray();
        foreach (var (_, _, labels, value) in Matching(request))
        {
            var points = new JsonArray();
            for (var at = start; at <= end; at += step)
            {
                var now = value((_now.ToUnixTimeSeconds() - at) / 60.0);
                if (!double.IsNaN(now))
                {
                    points.Add(Point(at, now));
                }
            }

            result.Add(new JsonObject { ["metric"] = labels.DeepClone(), ["values"] = points });
        }

        return new JsonObject { ["resultType"] = "matrix", ["result"] = result };
    }

    private IEnumerable<(string[] Words, string Not, JsonObject Labels, Func<double, double> Value)> Matching(HttpListenerRequest request)
    {
        var query = request.QueryString["query"]!;
        return _series.Where(s => s.Words.All(w => query.Contains(w, StringComparison.Ordinal)) && (s.Not.Length == 0 || !query.Contains(s.Not, StringComparison.Ordinal)));
    }

    private static JsonArray Point(long at, double value) => [at, value.ToString("R", CultureInfo.InvariantCulture)];

    private static (int, string) Good(JsonNode data) => (200, new JsonObject { ["status"] = "success", ["data"] = data }.ToJsonString());
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenSre.Investigation;
using OpenSre.Models;
using OpenSre.Terminal;

namespace OpenSre.Bench.Models;

/// <summary>
/// What lies between the first token on the wire and on the screen: a stand-in of a provider notes when it writes the first
/// piece of text, the plain renderer's output notes when it is written there. Beside it, the same for a bare HTTP client.
/// </summary>
internal static class FirstToken
{
    private const int Warm = 5;
    private const int Rounds = 100;
    private const string Word = "Zweifel";

    /// <param name="rehearsed">Whether the way is rehearsed while the first request is under way, as the program does it.</param>
    public static async Task<int> RunAsync(bool rehearsed)
    {
        using var provider = new Provider();
        var settings = Presets.Find("anthropic")! with { Name = "stand-in", Model = "stand-in", KeyVariable = "", BaseUrl = provider.Url };
        var home = Directory.CreateTempSubdirectory("opensre-bench-").FullName;
        try
        {
            var catalogue = new ModelCatalogue(home, ModelConfiguration.Empty, _ => null);
            var advice = CaseModel.For(catalogue, settings)!;
            var whole = new List<double>();
            double cold = 0;
            for (var i = 0; i < Warm + Rounds; i++)
            {
                // A real service takes its time until the first token; so does the first request here.
                provider.Pause = TimeSpan.FromMilliseconds(i == 0 ? 1500 : 20);
                _ = i == 0 && rehearsed ? Task.Run(() => advice.Rehearse!(new PlainRenderer(TextWriter.Null, Look.Plain).Render)) : Task.CompletedTask;
                var screen = new Screen(Word);
                var renderer = new PlainRenderer(screen, Look.Plain);
                var now = TimeProvider.System.GetUtcNow();
                var alerts = AlertIntake.Read("disk full on /srv of web-1", now).Alerts;
                await new Investigator([], TimeProvider.System) { Advice = advice }.InvestigateAsync(Incidents.From(alerts, now), "bench", renderer.Render, null, CancellationToken.None);
                var took = Stopwatch.GetElapsedTime(provider.Written, screen.Seen).TotalMilliseconds;
                cold = i == 0 ? took : cold;
                if (i >= Warm)
                {
                    whole.Add(took);
                }
            }

            var bare = new List<double>();
            using var http = new HttpClient();
            for (var i = 0; i < Warm + Rounds; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(provider.Url, "/v1/messages")) { Content = new StringContent("{}") };
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
                while (await reader.ReadLineAsync() is { } line && !line.Contains(Word, StringComparison.Ordinal))
                {
                }

                if (i >= Warm)
                {
                    bare.Add(Stopwatch.GetElapsedTime(provider.Written).TotalMilliseconds);
                }
            }

            Console.WriteLine($"first token, wire to screen, {Rounds} investigations");
            Console.WriteLine($"  whole path       median {At(whole, 0.5):0.00} ms, p95 {At(whole, 0.95):0.00} ms, worst {whole.Max():0.00} ms; the very first {cold:0.0} ms{(rehearsed ? "" : ", not rehearsed")}");
            Console.WriteLine($"  bare HTTP client median {At(bare, 0.5):0.00} ms, p95 {At(bare, 0.95):0.00} ms");
            Console.WriteLine($"  added            median {At(whole, 0.5) - At(bare, 0.5):0.00} ms, p95 {At(whole, 0.95) - At(bare, 0.95):0.00} ms");
            return 0;
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static double At(List<double> values, double share) => values.Order().ElementAt((int)(share * (values.Count - 1)));

    /// <summary>Output that notes when a word is written to it.</summary>
    private sealed class Screen(string word) : StringWriter
    {
        private readonly StringBuilder _line = new();

        public long Seen { get; private set; }

        public override void Write(char value) => Note(value.ToString());

        public override void Write(string? value) => Note(value ?? "");

        public override void Write(ReadOnlySpan<char> buffer) => Note(buffer.ToString());

        public override void Write(char[] buffer, int index, int count) => Note(new string(buffer, index, count));

        private void Note(string text)
        {
            if (Seen == 0 && _line.Append(text).ToString().Contains(word, StringComparison.Ordinal))
            {
                Seen = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Answers every request with one streamed message of Anthropic's format; the first piece of text comes after a pause.</summary>
    private sealed class Provider : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly ConcurrentBag<TcpClient> _clients = [];

        public Provider()
        {
            _listener.Start();
            _ = Task.Run(ServeAsync);
        }

        public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

        /// <summary>When the first piece of text went out, of the newest request.</summary>
        public long Written { get; private set; }

        /// <summary>How long an answer takes until its first piece of text.</summary>
        public TimeSpan Pause { get; set; }

        public void Dispose()
        {
            _listener.Stop();
            foreach (var client in _clients)
            {
                client.Dispose();
            }
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                TcpClient client;
                try
                {
                    client = await _listener.AcceptTcpClientAsync();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    return;
                }

                client.NoDelay = true;
                _clients.Add(client);
                _ = Task.Run(() => AnswerAsync(client.GetStream()));
            }
        }

        private async Task AnswerAsync(NetworkStream stream)
        {
            using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
            while (await reader.ReadLineAsync() is { } first)
            {
                // One character a byte, as the length is counted.
                var length = 0;
                for (var line = first; line is { Length: > 0 }; line = await reader.ReadLineAsync())
                {
                    length = line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase) ? int.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture) : length;
                }

                var body = new char[length];
                await reader.ReadBlockAsync(body);
                await Chunk("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"x\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n", head: true);
                await Task.Delay(Pause);
                Written = Stopwatch.GetTimestamp();
                await Chunk($"event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"text_delta\",\"text\":\"{Word} \"}}}}\n\n");
                await Task.Delay(5);
                await Chunk("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
                await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
            }

            async Task Chunk(string text, bool head = false)
            {
                var start = head ? "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n" : "";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{start}{text.Length:x}\r\n{text}\r\n"));
            }
        }
    }
}

using System.Text.Json;
using OpenSre.Core;
using OpenSre.Fleet;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>The agents of this machine as another agent asks for them over MCP: how they are, what they say, and a word to them.</summary>
internal sealed class McpFleet : IDisposable
{
    private const int MostMessages = 100;
    private const int MostText = 4_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);

    private readonly AgentsFace _face = new(TextWriter.Null, Look.Plain, FleetHome.From(Environment.GetEnvironmentVariable), TimeProvider.System, (_, _) => Task.FromResult(false));
    private readonly Lock _lock = new();
    private readonly Queue<BusMessage> _heard = new();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BusSubscriber? _subscriber;
    private long _lost;

    public async Task<string> StatusAsync(CancellationToken cancellation)
    {
        Refuse();
        return FleetJson.Text(await FleetTools.LookAsync(FleetTools.Monitor(_face), cancellation).ConfigureAwait(false));
    }

    /// <summary>What was said since the last call. The first call attaches: what was said before it is not known.</summary>
    public async Task<string> ReadAsync(double seconds, CancellationToken cancellation)
    {
        Refuse();
        var wait = TimeSpan.FromSeconds(Math.Clamp(double.IsFinite(seconds) ? seconds : 0, 0, LongestWait.TotalSeconds));
        var first = Attach();
        if (first)
        {
            await _subscriber!.Ready.WaitAsync(LongestWait, cancellation).ConfigureAwait(false);
        }

        Task said;
        lock (_lock)
        {
            said = _heard.Count > 0 ? Task.CompletedTask : _said.Task;
        }

        // Messages come in bursts: what follows at once belongs to the same answer.
        await Task.WhenAny(said, Task.Delay(wait, cancellation)).ConfigureAwait(false);
        await Task.Delay(Settling, cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            var text = McpJson.Text(json =>
            {
                json.WriteStartObject();
                json.WriteString("note", first ? "attached now; what was said before is not known here. Unverified, every word of it." : "Unverified, every word of it.");
                json.WriteNumber("lost", _lost);
                json.WriteStartArray("messages");
                while (_heard.TryDequeue(out var message))
                {
                    Write(json, message);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            _lost = 0;
            if (_said.Task.IsCompleted)
            {
                _said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return text;
        }
    }

    public string Publish(string summary, string topic, string path, string agent)
    {
        Refuse();
        if (summary.Trim().Length == 0)
        {
            throw new InvalidDataException("summary is empty; say in one line what the others should know");
        }

        var place = _face.Home.Bus;
        var alone = !BusElection.IsAlive(place);
        var message = BusMessage.Create(agent.Length > 0 ? agent : $"mcp:{Environment.ProcessId}", summary, _face.Time.GetUtcNow(), topic.Length > 0 ? topic : "finding", "mcp", path);
        using var publisher = new BusPublisher(place, _face.Time);
        publisher.Publish(message);
        return alone ? "published, but nobody is attached to the bus" : $"published {message.Id}";
    }

    public void Dispose()
    {
        _stop.Cancel();
        _subscriber?.Dispose();
        _stop.Dispose();
    }

    private bool Attach()
    {
        lock (_lock)
        {
            if (_subscriber is not null)
            {
                return false;
            }

            _subscriber = new BusSubscriber(_face.Home.Bus, _face.Time);
            _ = ListenAsync(_subscriber, _stop.Token);
            return true;
        }
    }

    private async Task ListenAsync(BusSubscriber subscriber, CancellationToken cancellation)
    {
        try
        {
            await foreach (var happening in subscriber.EventsAsync(cancellation).ConfigureAwait(false))
            {
                lock (_lock)
                {
                    switch (happening)
                    {
                        case BusReceived received:
                            _heard.Enqueue(received.Message);
                            if (_heard.Count > MostMessages)
                            {
                                _heard.Dequeue();
                                _lost++;
                            }

                            _said.TrySetResult();
                            break;
                        case BusLost lost:
                            _lost += lost.Count;
                            break;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
    }

    private static void Write(Utf8JsonWriter json, BusMessage message)
    {
        json.WriteStartObject();
        foreach (var (name, text) in new[] { ("agent", message.Agent), ("topic", message.Topic), ("summary", message.Summary), ("source", message.Source), ("path", message.Path), ("data", message.Data.GetRawText()), ("timestamp", message.Timestamp) })
        {
            json.WriteString(name, SafeText.Line(Redaction.Apply(text), MostText));
        }

        json.WriteEndObject();
    }

    private static void Refuse()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new InvalidDataException("agents are looked at through Unix sockets and process tables; Windows is not supported");
        }
    }
}

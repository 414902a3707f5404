using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <param name="IsLong">It had been given to a skill that takes its time.</param>
/// <param name="HasBegun">A skill had it in its hands, so what it asks for may have been done.</param>
public sealed record UnfinishedMessage(ChatMessage Message, bool HasBegun, bool IsLong);

/// <summary>
/// Every message that was accepted, in <c>inbox.jsonl</c>: each is taken once, whichever way and however often it comes,
/// and one that a killed process had not answered is still known to the next.
/// </summary>
public sealed class Inbox : IAsyncDisposable
{
    private const int MostRemembered = 100_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(7);
    private readonly Journal _journal;
    private readonly Action<string> _log;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public Inbox(string folder, TimeProvider time, Action<string> log)
    {
        (_time, _log) = (time, log);
        var path = Path.Combine(folder, "inbox.jsonl");
        Unfinished = Load(path);
        _journal = new Journal(path);
    }

    /// <summary>What an earlier process accepted and did not finish, oldest first.</summary>
    public IReadOnlyList<UnfinishedMessage> Unfinished { get; }

    /// <summary>Takes a message. False when it was taken before.</summary>
    /// <param name="durable">Completes once it is on the disk.</param>
    public bool Accept(ChatMessage message, out Task durable)
    {
        lock (_gate)
        {
            var isNew = Remember(Id(message));
            durable = isNew ? AppendAsync(new InboxLine(Id(message), "in", Now) { Message = message }) : Task.CompletedTask;
            return isNew;
        }
    }

    public void Begin(ChatMessage message, bool isLong) => _ = AppendAsync(new InboxLine(Id(message), isLong ? "long" : "begun", Now));

    public void Done(ChatMessage message) => _ = AppendAsync(new InboxLine(Id(message), "done", Now));

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    /// <summary>What tells messages apart: who wrote it, and when by their own clock.</summary>
    private static string Id(ChatMessage message) => $"{message.Sender}|{message.Timestamp}";

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool Remember(string id)
    {
        if (!_seen.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > MostRemembered)
        {
            _seen.Remove(_order.Dequeue());
        }

        return true;
    }

    private Task AppendAsync(InboxLine line)
    {
        var written = _journal.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(line, InboxJson.Default.InboxLine));
        _ = written.ContinueWith(t => _log($"a line of the inbox was not written: {SafeText.Line(t.Exception!.InnerException!.Message, 200)}"), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return written;
    }

    private List<UnfinishedMessage> Load(string path)
    {
        var oldest = (_time.GetUtcNow() - Remembered).ToUnixTimeMilliseconds();
        Dictionary<string, UnfinishedMessage> open = new(StringComparer.Ordinal);
        List<InboxLine> kept = [];
        var unreadable = 0;
        foreach (var text in Journal.Read(path))
        {
            InboxLine? line;
            try
            {
                line = JsonSerializer.Deserialize(text, InboxJson.Default.InboxLine);
            }
            catch (JsonException)
            {
                unreadable++;
                continue;
            }

            if (line is not { Id: not null })
            {
                unreadable++;
                continue;
            }

            switch (line)
            {
                case { State: "in" }:
                    if (line.At >= oldest && Remember(line.Id))
                    {
                        kept.Add(line with { Message = null });
                    }

                    if (line.Message is { } message)
                    {
                        open[line.Id] = new UnfinishedMessage(message, false, false);
                    }

                    break;
                case { State: "begun" or "long" } when open.TryGetValue(line.Id, out var begun):
                    open[line.Id] = begun with { HasBegun = true, IsLong = line.State == "long" };
                    break;
                case { State: "done" }:
                    open.Remove(line.Id);
                    break;
            }
        }

        if (unreadable > 0)
        {
            _log(Unreadable.Keep(path, unreadable, "answered"));
        }

        if (kept.Count > 0 || unreadable > 0)
        {
            Rewrite(path, kept, open);
        }

        return [.. open.Values];
    }

    /// <summary>What people wrote is kept no longer than until it is answered.</summary>
    private static void Rewrite(string path, List<InboxLine> kept, Dictionary<string, UnfinishedMessage> open)
    {
        using var content = new MemoryStream();
        foreach (var line in kept)
        {
            var unfinished = open.GetValueOrDefault(line.Id);
            Write(line with { Message = unfinished?.Message });
            if (unfinished is { HasBegun: true })
            {
                Write(new InboxLine(line.Id, unfinished.IsLong ? "long" : "begun", line.At));
            }
        }

        WholeFile.Replace(path, content.ToArray());

        void Write(InboxLine line)
        {
            content.Write(JsonSerializer.SerializeToUtf8Bytes(line, InboxJson.Default.InboxLine));
            content.WriteByte((byte)'\n');
        }
    }
}

/// <param name="State">in, begun, long or done.</param>
internal sealed record InboxLine(string Id, string State, long At)
{
    public ChatMessage? Message { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(InboxLine))]
internal sealed partial class InboxJson : JsonSerializerContext;

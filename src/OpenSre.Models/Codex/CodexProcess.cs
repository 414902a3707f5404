using System.Collections.Concurrent;
using System.Text.Json;

namespace OpenSre.Models;

/// <summary>
/// One life of <c>codex app-server</c>: newline-delimited JSON-RPC without the version member, many threads over one pipe.
/// Answers find their requests, messages find their threads, and a request of the program that belongs to nobody is
/// refused, because it would wait for ever. Both sides count their own ids; what has a method is never an answer.
/// </summary>
internal sealed class CodexProcess : IAsyncDisposable
{
    private const int Overloaded = -32001;
    private const int TriesWhenOverloaded = 5;
    private const int TimeoutsUntilDead = 2;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private readonly LineProcess _line;
    private readonly string _name;
    private readonly CodexLimits _limits;
    private readonly SemaphoreSlim _inFlight;
    private readonly ConcurrentDictionary<long, Waiting> _waiting = new();
    private readonly ConcurrentDictionary<string, CodexThread> _threads = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;
    private long _id;
    private int _timeouts;
    private string? _unusable;

    private CodexProcess(string name, LineProcess line, CodexLimits limits) =>
        (_name, _line, _limits, _inFlight) = (name, line, limits, new SemaphoreSlim(limits.InFlight));

    public bool IsAlive { get; private set; } = true;

    public int ProcessId => _line.ProcessId;

    public string LastWords => _line.LastWords;

    /// <summary>What it calls itself, with its version.</summary>
    public string UserAgent { get; private set; } = "";

    /// <summary>Whether it wants the words of its early versions: workspaceWrite and unlessTrusted.</summary>
    public bool SpeaksOldWords { get; set; }

    /// <exception cref="ModelException">It cannot be started, does not answer, or cannot use its configuration.</exception>
    public static async Task<CodexProcess> StartAsync(string name, IReadOnlyList<string> command, CodexLimits limits, CancellationToken cancellation)
    {
        var process = new CodexProcess(name, LineProcess.Start(name, command, ["app-server"], keptFolder: null), limits);
        process._reading = Task.Run(process.ReadAsync, CancellationToken.None);
        try
        {
            var greeting = await process.RequestAsync("initialize", json =>
            {
                json.WriteStartObject("clientInfo");
                json.WriteString("name", "opensre");
                json.WriteString("title", "OpenSRE");
                json.WriteString("version", "1");
                json.WriteEndObject();
                json.WriteStartObject("capabilities");
                json.WriteBoolean("experimentalApi", true);
                json.WriteEndObject();
            }, null, cancellation).ConfigureAwait(false);
            process.UserAgent = greeting.Text("userAgent") ?? "";
            await process._line.SendAsync(json =>
            {
                json.WriteStartObject();
                json.WriteString("method", "initialized");
                json.WriteEndObject();
            }, cancellation).ConfigureAwait(false);
            return process;
        }
        catch
        {
            await process.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Begins a conversation, or goes on with one.</summary>
    /// <param name="resume">The id of a thread of an earlier time; null for a new one.</param>
    /// <param name="folder">Where its commands run; deleted with the thread.</param>
    /// <returns>The thread, and what the program says of it: above all which policies are in force.</returns>
    /// <exception cref="ModelException">It refuses, or cannot use its configuration.</exception>
    public async Task<(CodexThread Thread, JsonElement Result)> OpenAsync(string? resume, DirectoryInfo folder, Action<Utf8JsonWriter> write, CancellationToken cancellation)
    {
        if (_unusable is { } why)
        {
            throw new ModelException(ModelFailure.NotAllowed, why);
        }

        CodexThread? thread = null;
        var result = await RequestAsync(resume is null ? "thread/start" : "thread/resume", write, reply =>
        {
            // Registered before the next message is read, so that none of the thread's own is missed.
            if (reply.Find("thread").Text("id") is { } id)
            {
                _threads[id] = thread = new CodexThread(this, id, folder);
            }
        }, cancellation).ConfigureAwait(false);
        if (_unusable is { } nowKnown)
        {
            throw new ModelException(ModelFailure.NotAllowed, nowKnown);
        }

        return (thread ?? throw new ModelException(ModelFailure.Protocol, $"{_name} gave no thread"), result);
    }

    /// <summary>Asks the program for something, and waits for the answer.</summary>
    /// <param name="seen">Called with the answer before any later message is read.</param>
    /// <exception cref="ModelException">It refuses, does not answer in time, or has ended.</exception>
    public async Task<JsonElement> RequestAsync(string method, Action<Utf8JsonWriter> write, Action<JsonElement>? seen, CancellationToken cancellation)
    {
        await _inFlight.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var id = Interlocked.Increment(ref _id);
                var waiting = new Waiting(seen);
                _waiting[id] = waiting;
                try
                {
                    if (!IsAlive)
                    {
                        throw Gone();
                    }

                    await _line.SendAsync(json =>
                    {
                        json.WriteStartObject();
                        json.WriteString("method", method);
                        json.WriteNumber("id", id);
                        json.WriteStartObject("params");
                        write(json);
                        json.WriteEndObject();
                        json.WriteEndObject();
                    }, cancellation).ConfigureAwait(false);
                    var answer = await waiting.Answer.Task.WaitAsync(_limits.RequestTime, cancellation).ConfigureAwait(false);
                    _timeouts = 0;
                    return answer;
                }
                catch (CodexRefusal refusal) when (refusal.Code == Overloaded && attempt < TriesWhenOverloaded)
                {
                    // It has not looked at the request; asking again is safe.
                    await Task.Delay(TimeSpan.FromMilliseconds(100 << attempt), cancellation).ConfigureAwait(false);
                }
                catch (TimeoutException e)
                {
                    if (Interlocked.Increment(ref _timeouts) >= TimeoutsUntilDead)
                    {
                        // It hangs. Whoever needs it next gets a new one; its threads are told by the end of their messages.
                        IsAlive = false;
                        await _stop.CancelAsync().ConfigureAwait(false);
                    }

                    throw new ModelException(ModelFailure.Network, $"{_name} did not answer {method} within {_limits.RequestTime.TotalSeconds:0} s", inner: e);
                }
                finally
                {
                    _waiting.TryRemove(id, out _);
                }
            }
        }
        finally
        {
            _inFlight.Release();
        }
    }

    /// <summary>Answers a request of the program. The id goes back as it came: "0" for 0 would be ignored.</summary>
    public Task ResultAsync(JsonElement id, Action<Utf8JsonWriter> write, CancellationToken cancellation) => _line.SendAsync(json =>
    {
        json.WriteStartObject();
        json.WritePropertyName("id");
        id.WriteTo(json);
        json.WriteStartObject("result");
        write(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }, cancellation);

    public Task RefuseAsync(JsonElement id, string why, CancellationToken cancellation) => _line.SendAsync(json =>
    {
        json.WriteStartObject();
        json.WritePropertyName("id");
        id.WriteTo(json);
        json.WriteStartObject("error");
        json.WriteNumber("code", -32601);
        json.WriteString("message", why);
        json.WriteEndObject();
        json.WriteEndObject();
    }, cancellation);

    public void Forget(CodexThread thread) => _threads.TryRemove(thread.Id, out _);

    public async ValueTask DisposeAsync()
    {
        IsAlive = false;
        _line.CloseInput();
        await Task.WhenAny(_reading, Task.Delay(Farewell)).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _line.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private ModelException Gone() => new(ModelFailure.Network, $"{_name} has ended{(LastWords.Length > 0 ? ": " + LastWords : "")}");

    private async Task ReadAsync()
    {
        try
        {
            while (await _line.ReadAsync(_stop.Token).ConfigureAwait(false) is { } message)
            {
                await TakeAsync(message).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or ModelException)
        {
            // It is being ended, or its pipe broke: the same as its end.
        }

        IsAlive = false;
        foreach (var waiting in _waiting.Values)
        {
            waiting.Answer.TrySetException(Gone());
        }

        foreach (var thread in _threads.Values)
        {
            thread.Inbox.TryComplete();
        }
    }

    private async Task TakeAsync(JsonDocument message)
    {
        var root = message.RootElement;
        if (root.Text("method") is not { } method)
        {
            if (_waiting.TryGetValue(root.Number("id"), out var waiting))
            {
                waiting.Take(root, _name);
            }

            message.Dispose();
            return;
        }

        var parameters = root.Find("params");
        if ((parameters.Text("threadId") ?? parameters.Text("conversationId")) is { } id)
        {
            if (_threads.TryGetValue(id, out var thread) && thread.Inbox.TryWrite(message))
            {
                return;
            }
        }
        else if (method == "configWarning" && parameters?.GetRawText() is { } warning && (warning.Contains("nvalid configuration", StringComparison.Ordinal) || warning.Contains("using defaults", StringComparison.Ordinal)))
        {
            // It would go on with its defaults: another provider than the one that was configured.
            _unusable = $"{_name} cannot use its configuration: {parameters.Text("summary") ?? parameters.Text("message") ?? warning}";
        }

        if (root.Find("id") is { } request)
        {
            await RefuseAsync(request, "there is nobody here to answer that", _stop.Token).ConfigureAwait(false);
        }

        message.Dispose();
    }

    private sealed class Waiting(Action<JsonElement>? seen)
    {
        public TaskCompletionSource<JsonElement> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Take(JsonElement message, string name)
        {
            if (message.Find("error") is { } error)
            {
                Answer.TrySetException(new CodexRefusal(error.Number("code"), $"{name} refused: {error.Text("message") ?? "without a word"}"));
                return;
            }

            var result = message.Find("result")?.Clone() ?? default;
            seen?.Invoke(result);
            Answer.TrySetResult(result);
        }
    }
}

/// <summary>The program answered with an error.</summary>
internal sealed class CodexRefusal(long code, string message) : ModelException(ModelFailure.Protocol, message)
{
    public long Code { get; } = code;
}

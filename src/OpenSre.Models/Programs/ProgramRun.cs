using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;

namespace OpenSre.Models;

/// <summary>
/// One task given to an agent program: what all of them have in common. It reads messages, answers the program's requests,
/// watches the budget and the person, and ends with an <see cref="AgentFinished"/> whatever the program does.
/// </summary>
internal abstract class ProgramRun(string name, AgentTask task)
{
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(8);
    private readonly Channel<AgentUpdate> _updates = Channel.CreateUnbounded<AgentUpdate>(new UnboundedChannelOptions { SingleReader = true });
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly List<Task> _asides = [];
    private TokenUsage _usage;
    private decimal _money;
    private int _steps;
    private string? _stopped;
    private IMessageSource? _source;

    protected string Name => name;

    protected AgentTask Task => task;

    protected CancellationToken Stopping { get; private set; }

    /// <summary>The text of the answer so far.</summary>
    protected System.Text.StringBuilder Said { get; } = new();

    /// <summary>Starts the program and gives it the task.</summary>
    protected abstract Task<IMessageSource> BeginAsync(CancellationToken cancellation);

    /// <summary>What to read on from when the program ended in the middle; null when that is the end.</summary>
    protected virtual Task<IMessageSource?> ReviveAsync(IMessageSource ended, CancellationToken cancellation) => System.Threading.Tasks.Task.FromResult<IMessageSource?>(null);

    /// <summary>Handles one message; the end of the task when it is the last.</summary>
    protected abstract Task<AgentFinished?> HandleAsync(JsonElement message, CancellationToken cancellation);

    /// <summary>Tells the program to stop what it does; its last message still comes.</summary>
    protected abstract Task InterruptAsync(CancellationToken cancellation);

    /// <summary>Tells the program what a person said.</summary>
    protected abstract Task TellAsync(string text, CancellationToken cancellation);

    /// <summary>Takes down what <see cref="BeginAsync"/> put up besides the program; called when that has gone.</summary>
    protected virtual ValueTask EndAsync() => ValueTask.CompletedTask;

    public async IAsyncEnumerable<AgentUpdate> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Stopping = stop.Token;
        var run = System.Threading.Tasks.Task.Run(() => GoAsync(stop, cancellation), CancellationToken.None);
        try
        {
            await foreach (var update in _updates.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return update;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellation.ThrowIfCancellationRequested();
    }

    protected void Say(string text)
    {
        Said.Append(text);
        _updates.Writer.TryWrite(new AgentText(text));
    }

    protected void Emit(AgentUpdate update) => _updates.Writer.TryWrite(update);

    /// <summary>Counts what a step cost, and has the program stop when a budget is spent.</summary>
    protected void Count(TokenUsage usage, decimal? money)
    {
        _usage += usage;
        _money += money ?? 0;
        _steps += usage.Total > 0 ? 1 : 0;
        Emit(new AgentSpent(usage, money));
        var spent = _steps >= task.Budget.Steps ? $"the budget of {task.Budget.Steps} steps was spent"
            : _usage.Total >= task.Budget.Tokens ? $"the budget of {task.Budget.Tokens:N0} tokens was spent"
            : task.Budget.Money is { } most && _money >= most ? $"the budget of ${most:0.00##} was spent"
            : null;
        if (spent is not null)
        {
            Halt(spent);
        }
    }

    /// <summary>Does something beside the reading of messages: a tool, a question to a person.</summary>
    protected void Aside(Func<Task> work)
    {
        async Task SafelyAsync()
        {
            try
            {
                await work().ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ModelException)
            {
                // The program is being stopped, or is gone; reading its messages ends as well and says so.
                Emit(new AgentNotice($"{name}: {(e is ModelException ? e.Message : "stopped while it waited for an answer")}"));
            }
        }

        lock (_asides)
        {
            _asides.RemoveAll(a => a.IsCompleted);
            _asides.Add(SafelyAsync());
        }
    }

    /// <summary>Runs one of the task's tools.</summary>
    protected Task<AgentToolAnswer> CallAsync(string tool, IReadOnlyDictionary<string, string> arguments) =>
        task.Tools.FirstOrDefault(t => t.Name == tool) is { } found
            ? found.CallAsync(arguments, Stopping)
            : System.Threading.Tasks.Task.FromResult(new AgentToolAnswer($"There is no tool {tool}.", "", Failed: true));

    private void Halt(string reason)
    {
        if (_stopped is null)
        {
            _stopped = reason;
            Aside(() => InterruptAsync(Stopping));
        }
    }

    /// <summary>Ends it when its time is spent; that in which a person is asked does not count.</summary>
    private async Task WatchAsync(CancellationToken over)
    {
        if (task.Budget.Time is not { } time)
        {
            return;
        }

        for (var left = time; left > TimeSpan.Zero; left = time - TimeProvider.System.GetElapsedTime(_began) + task.Waiting.Total)
        {
            await System.Threading.Tasks.Task.Delay(left + TimeSpan.FromMilliseconds(1), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested)
            {
                return;
            }
        }

        Halt($"the budget of {time.TotalSeconds:0} s was spent");
    }

    private async Task GoAsync(CancellationTokenSource stop, CancellationToken cancelled)
    {
        try
        {
            _ = WatchAsync(stop.Token);
            _source = await BeginAsync(stop.Token).ConfigureAwait(false);
            if (task.Steering is not null)
            {
                Aside(ListenAsync);
            }

            Emit(await ReadAsync(stop.Token).ConfigureAwait(false));
        }
        catch (ModelException e)
        {
            Emit(new AgentFinished(AgentEnd.Failed, Said.ToString(), e.Message));
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested || stop.IsCancellationRequested)
        {
            // The person stopped it; whoever enumerates sees the cancellation.
            if (_source is not null)
            {
                using var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
                try
                {
                    await InterruptAsync(moment.Token).ConfigureAwait(false);
                }
                catch (Exception e) when (e is ModelException or OperationCanceledException)
                {
                    // It is gone already, or does not listen; it is ended in a moment.
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            if (_source is not null)
            {
                await _source.DisposeAsync().ConfigureAwait(false);
            }

            Task[] asides;
            lock (_asides)
            {
                asides = [.. _asides];
            }

            await System.Threading.Tasks.Task.WhenAll(asides).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await EndAsync().ConfigureAwait(false);
            _updates.Writer.TryComplete();
        }
    }

    private async Task<AgentFinished> ReadAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (true)
        {
            if (_stopped is not null)
            {
                // After an interruption its last message should come soon; if it does not, it is not waited for.
                patience.CancelAfter(LastWord);
            }

            JsonDocument? message;
            try
            {
                message = await _source!.ReadAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopped is not null && !cancellation.IsCancellationRequested)
            {
                return new AgentFinished(AgentEnd.Budget, Said.ToString(), _stopped);
            }

            if (message is null)
            {
                if (_stopped is null && await ReviveAsync(_source, cancellation).ConfigureAwait(false) is { } revived)
                {
                    _source = revived;
                    continue;
                }

                return _stopped is not null
                    ? new AgentFinished(AgentEnd.Budget, Said.ToString(), _stopped)
                    : new AgentFinished(AgentEnd.Failed, Said.ToString(), $"{name} ended: {(_source.LastWords.Length > 0 ? _source.LastWords : "it gave no reason")}");
            }

            using (message)
            {
                if (await HandleAsync(message.RootElement, cancellation).ConfigureAwait(false) is { } end)
                {
                    return _stopped is null ? end : end with { End = AgentEnd.Budget, Text = end.Text.Length > 0 ? end.Text : Said.ToString(), Reason = _stopped };
                }
            }
        }
    }

    private async Task ListenAsync()
    {
        while (!Stopping.IsCancellationRequested)
        {
            await task.Steering!.WaitAsync(Stopping).ConfigureAwait(false);
            while (task.Steering.TryTake(out var text))
            {
                await TellAsync(text, Stopping).ConfigureAwait(false);
                Emit(new AgentSteered(text));
            }
        }
    }
}

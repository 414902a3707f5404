namespace OpenSre.Terminal;

/// <summary>Listens for alerts that vendors send to a port of this machine.</summary>
internal sealed class ListenTask(string id, int port, Session session, CancellationTokenSource stop)
    : SessionTask(id, "listener", $"alerts on http://127.0.0.1:{port}/", session.Time.GetUtcNow(), stop)
{
    private int _came;

    public int Port => port;

    public override string Detail => Amounts.Count(Volatile.Read(ref _came), "alert", "alerts") + " came";

    public async Task RunAsync(Func<int, Action<AlertArrival>, CancellationToken, Task> listen)
    {
        var state = TaskState.Stopped;
        try
        {
            await listen(port, Take, Stopped).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (IsStopping)
        {
            state = TaskState.Stopped;
        }
#pragma warning disable CA1031 // The session outlives a port that cannot be had; the sentence says what it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            state = TaskState.Failed;
            session.View.Print(Row.Of($"{Id} ", Ink.Accent).Add($"cannot listen on port {port}: {OpenSre.Core.SafeText.Line(e.Message, 200)}", Ink.Bad));
        }

        End(state, session.Time.GetUtcNow());
        session.Changed();
    }

    private void Take(AlertArrival arrival)
    {
        Interlocked.Add(ref _came, arrival.Alerts.Count);
        session.Alerts.Arrive(arrival);
    }
}

using System.Threading.Channels;
using Npgsql;

namespace OpenSre.Server;

/// <summary>A line of the log that several servers share.</summary>
/// <param name="Topic">alert, run, event, end, claim, say, stop, ask or answer.</param>
/// <param name="Run">The investigation it is about; empty for none.</param>
/// <param name="Number">The number of an event within its run; 0 for anything else.</param>
/// <param name="Mine">Whether this server wrote it.</param>
public sealed record SharedLine(string Topic, string Run, long Number, string Text, bool Mine);

/// <summary>The right to run an investigation. It is lost when it is not renewed, and every new one has a higher number.</summary>
public sealed record Claim(string Run, int Attempt, string Record, long LastEvent);

/// <summary>The right to start the investigation that a turn of an incident asks for: its opening, or its getting worse.</summary>
/// <param name="IsMine">This server has the right, until its lease ends.</param>
/// <param name="Run">The investigation, when a server has started it.</param>
public sealed record StartClaim(bool IsMine, string? Run);

/// <summary>
/// What any number of servers share, in PostgreSQL: one log that all of them read in the same order, and the claims of
/// investigations. A line counts when it is committed; each server takes it from the log, its own lines too, so that all
/// of them add up to the same. The order is that of (transaction, line) below the oldest transaction that still runs, because
/// an identity is given before its transaction commits.
/// </summary>
public sealed class SharedLog : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);
    private const int MostInBatch = 512;
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS opensre_log (
          xid xid8 NOT NULL DEFAULT pg_current_xact_id(), seq bigint GENERATED ALWAYS AS IDENTITY,
          node text NOT NULL, topic text NOT NULL, run text NOT NULL, n bigint NOT NULL, line text NOT NULL, PRIMARY KEY (xid, seq));
        CREATE UNIQUE INDEX IF NOT EXISTS opensre_event ON opensre_log (run, n) WHERE topic = 'event';
        CREATE TABLE IF NOT EXISTS opensre_runs (
          id text PRIMARY KEY, at bigint GENERATED ALWAYS AS IDENTITY, record text NOT NULL, owner text, attempt int NOT NULL DEFAULT 0,
          lease timestamptz, ended boolean NOT NULL DEFAULT false);
        CREATE INDEX IF NOT EXISTS opensre_open ON opensre_runs (at) WHERE NOT ended;
        CREATE TABLE IF NOT EXISTS opensre_due (
          incident text NOT NULL, turn int NOT NULL, owner text NOT NULL, lease timestamptz NOT NULL, run text, PRIMARY KEY (incident, turn));
        CREATE TABLE IF NOT EXISTS opensre_answers (id text PRIMARY KEY, line text NOT NULL);
        """;

    private const string AddRun = """
        WITH fresh AS (INSERT INTO opensre_runs (id, record) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id),
             line AS (INSERT INTO opensre_log (node, topic, run, n, line) SELECT $3, 'run', id, 0, $2 FROM fresh RETURNING 1)
        SELECT pg_notify('opensre', 'run') FROM line
        """;

    private readonly NpgsqlDataSource _source;
    private readonly Action<string> _log;
    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _writing = Task.CompletedTask;
    private Task _reading = Task.CompletedTask;
    private string _xid = "0";
    private long _seq;

    private SharedLog(NpgsqlDataSource source, Action<string> log) => (_source, _log) = (source, log);

    /// <summary>This server among the others.</summary>
    public string Node { get; } = $"{Environment.MachineName}-{Guid.NewGuid():N}";

    /// <summary>Called when there may be an investigation to claim.</summary>
    public Action Wake { get; set; } = () => { };

    /// <exception cref="IOException">The database cannot be reached or used.</exception>
    public static async Task<SharedLog> OpenAsync(string connection, Action<string> log, CancellationToken cancellation)
    {
        try
        {
            var source = NpgsqlDataSource.Create(connection);
            var database = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            await using (database.ConfigureAwait(false))
            {
                // Two servers that start together must not both make the tables.
                await ExecuteAsync(database, "SELECT pg_advisory_lock(7311806)", cancellation).ConfigureAwait(false);
                await ExecuteAsync(database, Schema, cancellation).ConfigureAwait(false);
                await ExecuteAsync(database, "SELECT pg_advisory_unlock(7311806)", cancellation).ConfigureAwait(false);
            }

            return new SharedLog(source, log);
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException)
        {
            throw new IOException($"the database of --postgres cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Starts reading and writing. Returns when every line there was has been taken.</summary>
    public async Task StartAsync(Action<SharedLine> take, CancellationToken cancellation)
    {
        _writing = Task.Run(WriteAsync, CancellationToken.None);
        _reading = Task.Run(() => ReadAsync(take), CancellationToken.None);
        await _caughtUp.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes lines. Returns when they are committed.</summary>
    public Task AppendAsync(string topic, string run, params IReadOnlyList<string> lines) =>
        Task.WhenAll(lines.Select(line => AddAsync(new Entry(topic, run, 0, line, 0))));

    /// <summary>Writes an event of an investigation this server has claimed.</summary>
    /// <returns>False when the claim is lost: another server runs it.</returns>
    public Task<bool> AppendEventAsync(Claim claim, long number, string line) => AddAsync(new Entry("event", claim.Run, number, line, claim.Attempt));

    /// <summary>Takes an investigation in.</summary>
    /// <returns>False when its id is taken.</returns>
    public async Task<bool> AddRunAsync(string id, string record, CancellationToken cancellation)
    {
        var database = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            return await ExecuteAsync(database, AddRun, cancellation, id, record, Node).ConfigureAwait(false) > 0;
        }
    }

    /// <summary>
    /// Asks for the right to start an investigation. It is given to one server at a time, to the next one when a lease ends
    /// without a start, and to none once it was used or a later turn was asked for.
    /// </summary>
    /// <param name="turn">Which turn for the worse it is, from 1; all servers count them alike.</param>
    public async Task<StartClaim> ClaimStartAsync(string incident, int turn, CancellationToken cancellation)
    {
        var database = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            var isMine = await ExecuteAsync(database, """
                INSERT INTO opensre_due AS d (incident, turn, owner, lease)
                SELECT $1, $2, $3, now() + $4 WHERE NOT EXISTS (SELECT 1 FROM opensre_due WHERE incident = $1 AND turn > $2)
                ON CONFLICT (incident, turn) DO UPDATE SET owner = $3, lease = now() + $4 WHERE d.run IS NULL AND d.lease < now()
                """, cancellation, incident, turn, Node, Lease).ConfigureAwait(false) > 0;
            if (isMine)
            {
                return new StartClaim(true, null);
            }

            using var command = Command(database, "SELECT run FROM opensre_due WHERE incident = $1 AND turn >= $2 ORDER BY turn DESC LIMIT 1", incident, turn);
            return new StartClaim(false, await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) as string);
        }
    }

    /// <summary>Takes in the investigation that a right to start is for, and uses the right up, both or neither.</summary>
    /// <returns>Whether it was taken in; null when the right is lost.</returns>
    public async Task<bool?> AddRunAsync(string id, string record, string incident, int turn, CancellationToken cancellation)
    {
        var database = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            var transaction = await database.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                // A transaction that is not committed is undone when it is disposed of.
                if (await ExecuteAsync(database, "UPDATE opensre_due SET run = $4 WHERE incident = $1 AND turn = $2 AND owner = $3 AND run IS NULL", cancellation, incident, turn, Node, id).ConfigureAwait(false) == 0)
                {
                    return null;
                }

                if (await ExecuteAsync(database, AddRun, cancellation, id, record, Node).ConfigureAwait(false) == 0)
                {
                    return false;
                }

                await transaction.CommitAsync(cancellation).ConfigureAwait(false);
                return true;
            }
        }
    }

    /// <summary>The oldest investigation that nobody runs, if there is one; it is this server's until its lease ends.</summary>
    public async Task<Claim?> ClaimAsync(CancellationToken cancellation)
    {
        var database = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            using var command = Command(database, """
                WITH mine AS (
                  UPDATE opensre_runs SET owner = $1, attempt = attempt + 1, lease = now() + $2
                  WHERE id = (SELECT id FROM opensre_runs WHERE NOT ended AND (lease IS NULL OR lease < now()) ORDER BY at FOR UPDATE SKIP LOCKED LIMIT 1)
                  RETURNING id, attempt, record),
                line AS (INSERT INTO opensre_log (node, topic, run, n, line) SELECT $1, 'claim', id, 0, attempt::text FROM mine)
                SELECT id, attempt, record, (SELECT coalesce(max(n), 0) FROM opensre_log l WHERE l.topic = 'event' AND l.run = mine.id) FROM mine
                """, Node, Lease);
            using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            return await reader.ReadAsync(cancellation).ConfigureAwait(false)
                ? new Claim(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetInt64(3))
                : null;
        }
    }

    /// <summary>What has been said of a claimed investigation by all who ran it, in order.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(Claim claim, CancellationToken cancellation)
    {
        var database = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            using var command = Command(database, "SELECT line FROM opensre_log WHERE topic = 'event' AND run = $1 ORDER BY n", claim.Run);
            using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            List<string> lines = [];
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                lines.Add(reader.GetString(0));
            }

            return lines;
        }
    }

    /// <summary>Keeps a claim for another while.</summary>
    /// <returns>False when it is lost.</returns>
    public Task<bool> RenewAsync(Claim claim, CancellationToken cancellation) =>
        UpdateAsync("UPDATE opensre_runs SET lease = now() + $4 WHERE id = $1 AND owner = $2 AND attempt = $3 AND NOT ended", claim, cancellation, Lease);

    /// <summary>Gives a claim back; whoever is next starts the investigation again.</summary>
    public Task<bool> ReleaseAsync(Claim claim, CancellationToken cancellation) =>
        UpdateAsync("UPDATE opensre_runs SET owner = NULL, lease = NULL WHERE id = $1 AND owner = $2 AND attempt = $3 AND NOT ended", claim, cancellation);

    /// <summary>Ends an investigation, once and for all.</summary>
    /// <returns>False when the claim is lost.</returns>
    public Task<bool> EndAsync(Claim claim, CancellationToken cancellation) => UpdateAsync("""
        WITH done AS (UPDATE opensre_runs SET ended = true, lease = NULL WHERE id = $1 AND owner = $2 AND attempt = $3 AND NOT ended RETURNING id),
             line AS (INSERT INTO opensre_log (node, topic, run, n, line) SELECT $2, 'end', id, 0, '' FROM done RETURNING 1)
        SELECT pg_notify('opensre', '') FROM line
        """, claim, cancellation);

    /// <summary>Answers a question, if nobody has. Everybody reads the answer that counts from the log.</summary>
    public async Task AnswerAsync(string id, string run, string line)
    {
        var database = await _source.OpenConnectionAsync(CancellationToken.None).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            await ExecuteAsync(database, """
                WITH first AS (INSERT INTO opensre_answers (id, line) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING line),
                     line AS (INSERT INTO opensre_log (node, topic, run, n, line) SELECT $3, 'answer', $4, 0, line FROM first RETURNING 1)
                SELECT pg_notify('opensre', '') FROM line
                """, CancellationToken.None, id, line, Node, run).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await Task.WhenAny(_writing, Task.Delay(TimeSpan.FromSeconds(3))).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task<bool> UpdateAsync(string sql, Claim claim, CancellationToken cancellation, params object[] more)
    {
        var database = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            return await ExecuteAsync(database, sql, cancellation, [claim.Run, Node, claim.Attempt, .. more]).ConfigureAwait(false) > 0;
        }
    }

    private async Task<bool> AddAsync(Entry entry)
    {
        if (!_entries.Writer.TryWrite(entry))
        {
            throw new IOException("the server is about to stop");
        }

        return await entry.Done.Task.ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        List<Entry> batch = [];
        while (await _entries.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < MostInBatch && _entries.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            // What could not be written is tried again: an alert twice is a repeat, an event twice is refused by its number.
            for (var pause = 100; ; pause = Math.Min(pause * 2, 5000))
            {
                try
                {
                    await WriteAsync(batch).ConfigureAwait(false);
                    break;
                }
                catch (Exception e) when (e is NpgsqlException or InvalidOperationException or OperationCanceledException)
                {
                    if (_stop.IsCancellationRequested)
                    {
                        batch.ForEach(b => b.Done.TrySetException(new IOException("the server stopped before this was written")));
                        break;
                    }

                    _log($"the database takes nothing ({OpenSre.Core.SafeText.Line(e.Message, 200)}); it is tried again");
                    await Task.Delay(pause).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task WriteAsync(List<Entry> batch)
    {
        var database = await _source.OpenConnectionAsync(_stop.Token).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            using var transaction = await database.BeginTransactionAsync(_stop.Token).ConfigureAwait(false);
            using var commands = new NpgsqlBatch(database, transaction);
            foreach (var entry in batch)
            {
                var command = new NpgsqlBatchCommand(entry.Attempt == 0
                    ? "INSERT INTO opensre_log (node, topic, run, n, line) VALUES ($1, $2, $3, $4, $5)"
                    : """
                      WITH own AS (SELECT 1 FROM opensre_runs WHERE id = $3 AND owner = $1 AND attempt = $6 AND NOT ended FOR SHARE)
                      INSERT INTO opensre_log (node, topic, run, n, line) SELECT $1, $2, $3, $4, $5 FROM own ON CONFLICT DO NOTHING
                      """);
                Add(command.Parameters, entry.Attempt == 0 ? [Node, entry.Topic, entry.Run, entry.Number, entry.Text] : [Node, entry.Topic, entry.Run, entry.Number, entry.Text, entry.Attempt]);
                commands.BatchCommands.Add(command);
            }

            commands.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_notify('opensre', '')"));
            await commands.ExecuteNonQueryAsync(_stop.Token).ConfigureAwait(false);
            await transaction.CommitAsync(_stop.Token).ConfigureAwait(false);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Done.TrySetResult(commands.BatchCommands[i].RecordsAffected > 0 || batch[i].Attempt == 0 || await OwnsAsync(database, batch[i]).ConfigureAwait(false));
            }
        }
    }

    /// <summary>Whether an event that was not written was there already, rather than of a claim that is lost.</summary>
    private async Task<bool> OwnsAsync(NpgsqlConnection database, Entry entry)
    {
        using var command = Command(database, "SELECT 1 FROM opensre_runs WHERE id = $1 AND owner = $2 AND attempt = $3 AND NOT ended", entry.Run, Node, entry.Attempt);
        return await command.ExecuteScalarAsync(_stop.Token).ConfigureAwait(false) is not null;
    }

    private async Task ReadAsync(Action<SharedLine> take)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var database = await _source.OpenConnectionAsync(_stop.Token).ConfigureAwait(false);
                await using (database.ConfigureAwait(false))
                {
                    database.Notification += (_, e) =>
                    {
                        if (e.Payload == "run")
                        {
                            Wake();
                        }
                    };
                    await ExecuteAsync(database, "LISTEN opensre", _stop.Token).ConfigureAwait(false);
                    while (true)
                    {
                        if (await ReadOnAsync(database, take).ConfigureAwait(false) == 0)
                        {
                            _caughtUp.TrySetResult();
                            // A line may be committed and still stand behind an older transaction, so it is not waited for long.
                            await database.WaitAsync(TimeSpan.FromMilliseconds(100), _stop.Token).ConfigureAwait(false);
                        }
                    }
                }
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException && !_stop.IsCancellationRequested)
            {
                _log($"the database is not to be read ({OpenSre.Core.SafeText.Line(e.Message, 200)}); it is tried again");
                await Task.Delay(500).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or NpgsqlException or ObjectDisposedException)
            {
                return; // The server stops.
            }
        }
    }

    private async Task<int> ReadOnAsync(NpgsqlConnection database, Action<SharedLine> take)
    {
        using var command = Command(database, """
            SELECT l.xid::text AS transaction, l.seq, l.node, l.topic, l.run, l.n, l.line FROM opensre_log l
            WHERE (l.xid, l.seq) > ($1::text::xid8, $2) AND l.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY l.xid, l.seq LIMIT 2000
            """, _xid, _seq);
        using var reader = await command.ExecuteReaderAsync(_stop.Token).ConfigureAwait(false);
        var count = 0;
        while (await reader.ReadAsync(_stop.Token).ConfigureAwait(false))
        {
            take(new SharedLine(reader.GetString(3), reader.GetString(4), reader.GetInt64(5), reader.GetString(6), reader.GetString(2) == Node));
            (_xid, _seq) = (reader.GetString(0), reader.GetInt64(1));
            count++;
        }

        return count;
    }

    private static NpgsqlCommand Command(NpgsqlConnection database, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, database);
        Add(command.Parameters, values);
        return command;
    }

    private static void Add(NpgsqlParameterCollection parameters, object[] values)
    {
        foreach (var value in values)
        {
            parameters.Add(new NpgsqlParameter { Value = value });
        }
    }

    /// <returns>Rows changed, or rows returned by a query.</returns>
    private static async Task<int> ExecuteAsync(NpgsqlConnection database, string sql, CancellationToken cancellation, params object[] values)
    {
        using var command = Command(database, sql, values);
        using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var rows = 0;
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            rows++;
        }

        await reader.CloseAsync().ConfigureAwait(false);
        return Math.Max(rows, reader.RecordsAffected);
    }

    private sealed record Entry(string Topic, string Run, long Number, string Text, int Attempt)
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

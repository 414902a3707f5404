using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>
/// Writes down what happens in a session, as it happens. What cannot be written is said once; the session goes on without.
/// Members may be used from any thread.
/// </summary>
internal sealed class SessionKeeper(string id, string path, SessionHost host, TimeProvider time, Action<Row> complain) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SessionFile _file = new(path);
    private bool _failed;
    private bool _opened;

    public string Id => id;

    public string Path => path;

    /// <summary>Whether it can be kept; false after writing failed once.</summary>
    public bool IsKept => !Volatile.Read(ref _failed);

    /// <summary>Something has been written.</summary>
    public bool HasBegun => Volatile.Read(ref _opened);

    public void Keep(InvestigationEvent investigationEvent) => Write(() => _file.Append(investigationEvent));

    public void Keep(SessionRecord record) => Write(() => _file.Append(record with { At = time.GetUtcNow() }));

    public void Dispose() => _file.Dispose();

    private void Write(Action write)
    {
        lock (_lock)
        {
            if (_failed)
            {
                return;
            }

            try
            {
                if (!_opened)
                {
                    _file.Append(new SessionOpened(id, host.WorkingDirectory, host.Version) { At = time.GetUtcNow() });
                    Volatile.Write(ref _opened, true);
                }

                write();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Volatile.Write(ref _failed, true);
                complain(Row.Of($"This session cannot be kept in {SafeText.Line(path, 200)}: {SafeText.Line(error.Message, 200)} OPENSRE_HOME can name another folder.", Ink.Warn));
            }
        }
    }
}

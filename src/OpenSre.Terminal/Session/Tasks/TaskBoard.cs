using System.Globalization;

namespace OpenSre.Terminal;

/// <summary>What runs and ran in a session. Members may be used from any thread.</summary>
internal sealed class TaskBoard
{
    private const int Most = 50;
    private readonly Lock _lock = new();
    private readonly List<SessionTask> _tasks = [];
    private int _number;

    /// <summary>The newest tasks, oldest of them first; one that runs is never dropped.</summary>
    public IReadOnlyList<SessionTask> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _tasks];
            }
        }
    }

    /// <summary>Adds a task under the next id.</summary>
    public T Add<T>(Func<string, T> make) where T : SessionTask
    {
        lock (_lock)
        {
            var task = make("t" + (++_number).ToString(CultureInfo.InvariantCulture));
            _tasks.Add(task);
            if (_tasks.Count > Most && _tasks.Find(t => !t.IsRunning) is { } oldest)
            {
                _tasks.Remove(oldest);
            }

            return task;
        }
    }

    public SessionTask? Find(string id) => All.FirstOrDefault(t => t.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    public int Running<T>() where T : SessionTask => All.Count(t => t is T { IsRunning: true });
}

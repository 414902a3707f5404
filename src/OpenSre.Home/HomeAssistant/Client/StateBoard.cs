using System.Collections.Concurrent;

namespace OpenSre.Home;

/// <summary>The last known state of everything, and a way to wait until some of it is as it should be. For several threads.</summary>
internal sealed class StateBoard
{
    private readonly ConcurrentDictionary<string, EntityState> _states = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyDictionary<string, EntityState> All => _states;

    public EntityState? Of(string entity) => _states.GetValueOrDefault(entity);

    /// <summary>What is not in <paramref name="states"/> is not there any more.</summary>
    public void Replace(IReadOnlyList<EntityState> states)
    {
        var there = states.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _states.Keys.Where(k => !there.Contains(k)))
        {
            _states.TryRemove(gone, out _);
        }

        foreach (var state in states)
        {
            _states[state.Id] = state;
        }

        Tell();
    }

    /// <param name="state">Null when the entity was removed.</param>
    public void Put(string entity, EntityState? state)
    {
        if (state is null)
        {
            _states.TryRemove(entity, out _);
        }
        else
        {
            _states[entity] = state;
        }

        Tell();
    }

    /// <summary>Waits until something changed after this was called.</summary>
    public Task NextChange()
    {
        lock (_lock)
        {
            return _changed.Task;
        }
    }

    private void Tell()
    {
        lock (_lock)
        {
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

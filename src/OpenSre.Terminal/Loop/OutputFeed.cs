namespace OpenSre.Terminal;

/// <summary>What is to be shown, in order, from any number of threads to one; however much comes, the one is called once.</summary>
internal sealed class OutputFeed(Action arrived)
{
    private readonly Lock _lock = new();
    private List<object> _waiting = [];
    private List<object> _taken = [];

    public void Add(object output)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _waiting.Count == 0;
            _waiting.Add(output);
        }

        if (isFirst)
        {
            arrived();
        }
    }

    /// <summary>Everything that came since the last call; good until the next one.</summary>
    public IReadOnlyList<object> Take()
    {
        lock (_lock)
        {
            (_waiting, _taken) = (_taken, _waiting);
        }

        _waiting.Clear();
        return _taken;
    }
}

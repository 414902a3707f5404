using System.Collections;

namespace OpenSre.Home;

/// <summary>A list that is what a function says at the moment it is read: people who are paired while the assistant runs are on it at once.</summary>
public sealed class LiveList<T>(Func<IReadOnlyList<T>> now) : IReadOnlyList<T>
{
    public int Count => now().Count;

    public T this[int index] => now()[index];

    public IEnumerator<T> GetEnumerator() => now().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

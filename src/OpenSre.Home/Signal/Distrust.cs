using System.Text;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>
/// Whose safety number changed, in the file <c>distrusted</c>, a UUID a line. Nothing they say is followed and nothing is
/// sent to them until somebody at this machine has compared the number and trusted it.
/// </summary>
public sealed class Distrust(string folder)
{
    private readonly string _path = Path.Combine(folder, "distrusted");
    private readonly Lock _gate = new();
    private DateTime _read = DateTime.MaxValue;
    private HashSet<string> _people = [];

    /// <summary>Told of each who was not there before.</summary>
    public Action<string> Added { get; init; } = _ => { };

    /// <summary>Told when the file cannot be written, in a sentence.</summary>
    public Action<string> Said { get; init; } = _ => { };

    public bool Contains(string uuid)
    {
        lock (_gate)
        {
            return Read().Contains(uuid);
        }
    }

    /// <summary>False when they were there already.</summary>
    public bool Add(string uuid)
    {
        if (!Change(p => p.Add(uuid)))
        {
            return false;
        }

        Added(uuid);
        return true;
    }

    /// <summary>False when they were not there.</summary>
    public bool Remove(string uuid) => Change(p => p.Remove(uuid));

    private bool Change(Func<HashSet<string>, bool> change)
    {
        lock (_gate)
        {
            if (!change(Read()))
            {
                return false;
            }

            try
            {
                WholeFile.Replace(_path, Encoding.UTF8.GetBytes(string.Concat(_people.Order(StringComparer.Ordinal).Select(p => p + "\n"))));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In this process it holds all the same.
                Said($"{_path} cannot be written ({SafeText.Line(e.Message, 160)}), so a safety number that changed is known until the next start only");
            }

            _read = File.GetLastWriteTimeUtc(_path);
            return true;
        }
    }

    /// <summary>The file may be changed by the command that trusts.</summary>
    private HashSet<string> Read()
    {
        var written = File.GetLastWriteTimeUtc(_path);
        if (written != _read)
        {
            _people = File.Exists(_path) ? [.. File.ReadAllLines(_path).Where(l => l.Length > 0)] : [];
            _read = written;
        }

        return _people;
    }
}

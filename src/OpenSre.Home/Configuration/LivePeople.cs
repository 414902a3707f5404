using System.Collections;

namespace OpenSre.Home;

/// <summary>
/// Those of the configuration and those who were paired, as they are at each moment: the file is read again when it changed.
/// While it cannot be read, the people stay as they were, and why is said.
/// </summary>
public sealed class LivePeople : IReadOnlyList<Person>
{
    private readonly IReadOnlyList<Person> _configured;
    private readonly string _folder;
    private readonly Lock _gate = new();
    private IReadOnlyList<Person> _people;
    private DateTime _read;
    private DateTime _since;
    private string? _problem;

    /// <exception cref="InvalidDataException">The file is there and cannot be used now.</exception>
    public LivePeople(IReadOnlyList<Person> configured, string folder)
    {
        (_configured, _folder) = (configured, folder);
        _read = Written;
        _since = _read.Year > 1700 ? _read : DateTime.UtcNow;
        _people = PeopleFile.Merge(configured, PeopleFile.Load(folder));
    }

    /// <summary>Told once when the file cannot be used any more, and once when it can again; in a sentence.</summary>
    public Action<string> Said { get; set; } = _ => { };

    /// <summary>Why those of an earlier time are in force; null while the file is.</summary>
    public string? Problem
    {
        get
        {
            _ = Now();
            return _problem;
        }
    }

    public int Count => Now().Count;

    public Person this[int index] => Now()[index];

    public IEnumerator<Person> GetEnumerator() => Now().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private DateTime Written => File.GetLastWriteTimeUtc(PeopleFile.PathIn(_folder));

    private IReadOnlyList<Person> Now()
    {
        string? said = null;
        IReadOnlyList<Person> people;
        lock (_gate)
        {
            var written = Written;
            if (written != _read)
            {
                _read = written;
                said = Read();
            }

            people = _people;
        }

        if (said is not null)
        {
            Said(said);
        }

        return people;
    }

    /// <summary>Reads the file; what is to be said about it.</summary>
    private string? Read()
    {
        try
        {
            _people = PeopleFile.Merge(_configured, PeopleFile.Load(_folder));
            _since = DateTime.UtcNow;
            var was = _problem;
            _problem = null;
            return was is null ? null : $"the list of people can be read again: {_people.Count} may talk to me";
        }
        catch (InvalidDataException e)
        {
            var isNew = _problem != e.Message;
            _problem = e.Message;
            return isNew ? $"{e.Message}. Until then those stay in force who were on the list at {_since:yyyy-MM-dd HH:mm}Z, also whoever was taken off since" : null;
        }
    }
}

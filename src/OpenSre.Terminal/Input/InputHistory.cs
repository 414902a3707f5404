using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>
/// What was typed, this time and before: one JSON string a line in a file only its owner may read. Secrets are taken out
/// before anything is kept. It is read when first asked for, so that a start does not wait for it.
/// </summary>
internal sealed class InputHistory(string? path)
{
    private const int MostEntries = 5000;
    private const int LongestEntry = 64 * 1024;
    private readonly List<string> _entries = [];
    private bool _loaded;
    private bool _failed;
    private int _at = -1;
    private string _draft = "";

    public IReadOnlyList<string> Entries
    {
        get
        {
            Load();
            return _entries;
        }
    }

    public void Add(string text)
    {
        Load();
        _at = -1;
        var kept = Redaction.Apply(text.Trim());
        if (kept.Length is 0 or > LongestEntry || (_entries.Count > 0 && _entries[^1] == kept))
        {
            return;
        }

        _entries.Add(kept);
        Append(kept);
    }

    /// <summary>An older (−1) or newer (+1) entry in place of what is typed; null at the end of the list.</summary>
    public string? Recall(int step, string typed)
    {
        Load();
        if (_at < 0)
        {
            if (step > 0)
            {
                return null;
            }

            (_at, _draft) = (_entries.Count, typed);
        }

        var to = _at + step;
        if (to < 0 || to > _entries.Count)
        {
            return null;
        }

        _at = to == _entries.Count ? -1 : to;
        return _at < 0 ? _draft : _entries[_at];
    }

    /// <summary>Typing anything ends going through the list.</summary>
    public void Leave() => _at = -1;

    /// <summary>The newest entry older than <paramref name="before"/> that has these words, or −1.</summary>
    public int Search(string words, int before)
    {
        Load();
        for (var i = Math.Min(before, _entries.Count) - 1; i >= 0; i--)
        {
            if (_entries[i].Contains(words, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private void Load()
    {
        if (_loaded)
        {
            return;
        }

        _loaded = true;
        if (path is null || !File.Exists(path))
        {
            return;
        }

        try
        {
            foreach (var line in File.ReadLines(path))
            {
                if (Parse(line) is { } entry)
                {
                    _entries.Add(entry);
                }
            }

            if (_entries.Count > MostEntries * 2)
            {
                _entries.RemoveRange(0, _entries.Count - MostEntries);
                Rewrite();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A history that cannot be read is an empty one; the session itself says where it keeps things.
            _failed = true;
        }
    }

    private static string? Parse(string line)
    {
        try
        {
            // What a file holds is text from outside as well.
            return JsonSerializer.Deserialize(line, TerminalJson.Default.String) is { Length: > 0 } text ? SafeText.Clean(text) : null;
        }
        catch (JsonException)
        {
            // A line a killed process left half written.
            return null;
        }
    }

    private void Append(string entry)
    {
        if (path is null || _failed)
        {
            return;
        }

        try
        {
            PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
            using var file = PrivateFiles.Append(path);
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, TerminalJson.Default.String), (byte)'\n']);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed = true;
        }
    }

    private void Rewrite()
    {
        var fresh = path + ".new";
        using (var file = PrivateFiles.Create(fresh))
        {
            foreach (var entry in _entries)
            {
                file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, TerminalJson.Default.String), (byte)'\n']);
            }
        }

        File.Move(fresh, path!, overwrite: true);
    }
}

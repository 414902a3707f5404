using System.Text;

namespace OpenSre.Sentry.Tests;

/// <summary>How a server may write an edit down.</summary>
internal enum Convention
{
    /// <summary>As git does: prefixes, marks of missing line ends, carriage returns.</summary>
    GitDiff,

    /// <summary>Bare paths, no line end at the end, no marks, no carriage returns.</summary>
    BareDiff,

    /// <summary>Values without the type, with a line feed, the last one without.</summary>
    PlainHunks,

    /// <summary>Values with the type before them, headers with the whole @@ line.</summary>
    PrefixedHunks,
}

/// <summary>A random file, a random edit of it, and the same edit as every convention writes it.</summary>
internal sealed class RandomEdit
{
    private readonly List<(char Kind, string Text, bool End)> _script = [];
    private readonly bool _exact;

    public RandomEdit(int seed, Convention convention)
    {
        var random = new Random(seed);
        Convention = convention;
        _exact = convention == Convention.GitDiff;
        var returns = random.Next(4) == 0;
        var oldEnd = random.Next(4) != 0;
        var words = random.Next(3) switch { 0 => 3, 1 => 12, _ => 4000 };
        List<(char Kind, string Text)> operations = [];
        var length = random.Next(12) == 0 ? 0 : random.Next(1, 60);
        var rate = random.Next(3, 25);
        for (var i = 0; i < length; i++)
        {
            if (random.Next(rate) == 0)
            {
                operations.Add(('+', Line(random, words)));
            }

            operations.Add((random.Next(rate) == 0 ? '-' : ' ', Line(random, words)));
        }

        if (length == 0 || random.Next(6) == 0 || operations.TrueForAll(o => o.Kind == ' '))
        {
            operations.Add(('+', Line(random, words)));
        }

        var old = operations.Where(o => o.Kind != '+').ToList();
        var now = operations.Where(o => o.Kind != '-').ToList();
        oldEnd |= old.Count == 0 || old[^1].Text.Length == 0;

        // Nor can it say which line ends a file is to have that has none yet.
        returns &= _exact || old.Count > 1 || (old.Count == 1 && oldEnd);

        // A convention without marks cannot say what becomes of the last line end; the file then keeps its habit.
        var lastIsKeptOld = now.Count > 0 && operations.FindLast(o => o.Kind != '-').Kind == ' ';
        var oldLastGoes = old.Count > 0 && operations.FindLast(o => o.Kind != '+').Kind == '-';
        NewEnd = _exact ? random.Next(4) != 0 : oldEnd || (lastIsKeptOld && oldLastGoes);
        NewEnd |= now.Count > 0 && now[^1].Text.Length == 0;
        Before = Join(old.ConvertAll(o => o.Text), oldEnd, returns);
        After = Join(now.ConvertAll(o => o.Text), NewEnd, returns);
        var (o, n) = (0, 0);
        foreach (var (kind, text) in operations)
        {
            o += kind != '+' ? 1 : 0;
            n += kind != '-' ? 1 : 0;
            var oldHasEnd = o < old.Count || oldEnd;
            var newHasEnd = n < now.Count || NewEnd;
            if (kind == ' ' && _exact && oldHasEnd != newHasEnd)
            {
                Add('-', text, oldHasEnd, returns);
                Add('+', text, newHasEnd, returns);
            }
            else
            {
                Add(kind, text, kind == '+' ? newHasEnd : oldHasEnd, returns);
            }
        }
    }

    public Convention Convention { get; }

    public string Before { get; }

    public string After { get; }

    private bool NewEnd { get; }

    public FilePatch Patch(string path)
    {
        var hunks = Hunks();
        var diff = new StringBuilder();
        List<ReceivedHunk> received = [];
        if (Convention is Convention.GitDiff or Convention.BareDiff)
        {
            diff.Append(Convention == Convention.GitDiff ? $"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n" : $"--- {path}\n+++ {path}\n");
        }

        foreach (var (start, newStart, lines) in hunks)
        {
            var (old, now) = (lines.Count(l => l.Kind != '+'), lines.Count(l => l.Kind != '-'));
            var header = $"@@ -{start},{old} +{newStart},{now} @@";
            diff.Append(header).Append('\n');
            foreach (var (kind, text, end) in lines)
            {
                diff.Append(kind).Append(text).Append('\n');
                if (_exact && !end)
                {
                    diff.Append("\\ No newline at end of file\n");
                }
            }

            received.Add(Convention == Convention.PrefixedHunks
                ? new ReceivedHunk(start, header + " def f()", [.. lines.Select(l => new ReceivedLine(l.Kind.ToString(), l.Kind + l.Text))])
                : new ReceivedHunk(start, "def f()", [.. lines.Select(l => new ReceivedLine(l.Kind.ToString(), l.Text + "\n"))]));
        }

        var text2 = diff.ToString();
        return Convention switch
        {
            Convention.GitDiff => new FilePatch("acme/shop", path, ChangeType.Modified, 1, 1, text2, []),
            Convention.BareDiff => new FilePatch("acme/shop", path, ChangeType.Modified, 1, 1, text2.TrimEnd('\n'), []),
            _ => new FilePatch("acme/shop", path, ChangeType.Modified, 1, 1, "", received),
        };
    }

    private List<(int Start, int NewStart, List<(char Kind, string Text, bool End)> Lines)> Hunks()
    {
        const int Context = 3;
        List<(int, int, List<(char, string, bool)>)> hunks = [];
        var (old, now) = (1, 1);
        var i = 0;
        while (i < _script.Count)
        {
            var next = _script.FindIndex(i, s => s.Kind != ' ');
            if (next < 0)
            {
                break;
            }

            var from = Math.Max(i, next - Context);
            (old, now) = (old + from - i, now + from - i);
            var end = next;
            for (var j = next; j < _script.Count && j <= end + (2 * Context); j++)
            {
                end = _script[j].Kind != ' ' ? j : end;
            }

            var to = Math.Min(_script.Count, end + Context + 1);
            var lines = _script[from..to];
            var (oldCount, newCount) = (lines.Count(l => l.Kind != '+'), lines.Count(l => l.Kind != '-'));
            hunks.Add((oldCount == 0 ? old - 1 : old, newCount == 0 ? now - 1 : now, lines));
            (old, now, i) = (old + oldCount, now + newCount, to);
        }

        return hunks;
    }

    private void Add(char kind, string text, bool end, bool returns) => _script.Add((kind, _exact && returns && end ? text + "\r" : text, end));

    private static string Line(Random random, int words) => random.Next(10) switch
    {
        0 => "",
        1 => "-- " + random.Next(words),
        2 => "@@ mark " + random.Next(words),
        3 => "\tähnlich = \"✓" + random.Next(words) + "\"",
        _ => new string(' ', random.Next(3) * 4) + "line " + random.Next(words),
    };

    private static string Join(List<string> lines, bool end, bool returns)
    {
        var text = string.Join(returns ? "\r\n" : "\n", lines);
        return end && lines.Count > 0 ? text + (returns ? "\r\n" : "\n") : text;
    }
}

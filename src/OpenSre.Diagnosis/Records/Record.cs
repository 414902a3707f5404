using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// One line of a probe's output: a word for the kind of record, then key=value pairs. <c>text=</c> and <c>cmd=</c>
/// take the rest of the line.
/// </summary>
public readonly struct Record(StoredOutput output, string line, string kind)
{
    public StoredOutput Output { get; } = output;

    /// <summary>The whole line, as it stands in the output.</summary>
    public string Line { get; } = line;

    public string Kind { get; } = kind;

    /// <summary>The value of a field; "" when it is missing or "-".</summary>
    public string this[string key]
    {
        get
        {
            var at = Kind.Length;
            while (at < Line.Length)
            {
                while (at < Line.Length && Line[at] == ' ')
                {
                    at++;
                }

                var equals = Line.IndexOf('=', at);
                if (equals < 0)
                {
                    return "";
                }

                var name = Line.AsSpan(at, equals - at);
                var rest = name is "text" or "cmd" or "path" or "opts" && (name is "text" or "cmd" || Line.IndexOf(' ', equals) < 0);
                var end = rest ? Line.Length : Line.IndexOf(' ', equals);
                if (end < 0)
                {
                    end = Line.Length;
                }

                if (name.SequenceEqual(key))
                {
                    var value = Line[(equals + 1)..end];
                    return value == "-" ? "" : value;
                }

                at = end;
            }

            return "";
        }
    }

    /// <summary>The value as a number, or null when it is none.</summary>
    public double? Number(string key) =>
        double.TryParse(this[key], System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Reads all lines of an output; the result is small enough to be kept beside it.</summary>
    public static IReadOnlyList<Record> ReadAll(StoredOutput output)
    {
        List<Record> records = [];
        foreach (var range in output.Text.AsSpan().Split('\n'))
        {
            var line = output.Text[range].TrimEnd('\r');
            var space = line.IndexOf(' ');
            if (space > 0)
            {
                records.Add(new Record(output, line, line[..space]));
            }
        }

        return records;
    }
}

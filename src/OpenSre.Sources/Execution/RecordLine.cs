using System.Globalization;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// One fact as a line: a word for its kind, then key=value pairs without spaces in them, "-" for what is not known; a
/// last <c>text=</c> takes the rest of the line. The probes of a host write the same form.
/// </summary>
internal sealed class RecordLine
{
    private const int TextWidth = 500;
    private readonly StringBuilder _line;

    public RecordLine(string kind) => _line = new StringBuilder(kind);

    public RecordLine Add(string key, string? value)
    {
        var clean = SafeText.Line(value ?? "", TextWidth);
        _line.Append(' ').Append(key).Append('=');
        if (clean.Length == 0)
        {
            _line.Append('-');
        }

        foreach (var c in clean)
        {
            _line.Append(char.IsWhiteSpace(c) ? '_' : c);
        }

        return this;
    }

    public RecordLine Add(string key, long? value) => Add(key, value?.ToString(CultureInfo.InvariantCulture));

    public RecordLine Add(string key, bool? value) => Add(key, value switch { true => "true", false => "false", null => null });

    /// <summary>Numbers, parted by commas; "-" for none. A series is kept whole.</summary>
    public RecordLine AddSeries(string key, IReadOnlyCollection<double> values)
    {
        _line.Append(' ').Append(key).Append('=').Append(values.Count == 0 ? "-" : string.Join(',', values.Select(v => v.ToString("0.####", CultureInfo.InvariantCulture))));
        return this;
    }

    /// <summary>Only if there is something to say.</summary>
    public RecordLine AddIf(bool wanted, string key, string? value) => wanted ? Add(key, value) : this;

    /// <summary>The rest of the line; nothing may follow.</summary>
    public string Text(string? text, string key = "text")
    {
        _line.Append(' ').Append(key).Append('=').Append(SafeText.Line(text ?? "", TextWidth));
        return _line.ToString();
    }

    public override string ToString() => _line.ToString();
}

namespace OpenSre.Sentry;

/// <summary>A line of a hunk.</summary>
/// <param name="Kind"><c>' '</c>, <c>'+'</c> or <c>'-'</c>.</param>
/// <param name="Text">The line without its line feed; a carriage return before it belongs to the text.</param>
/// <param name="NoLineEnd">The line is the last of its file and has no line feed.</param>
internal readonly record struct HunkLine(char Kind, string Text, bool NoLineEnd = false);

/// <summary>A hunk in the one form the rest of the code speaks.</summary>
/// <param name="Start">Line in the old file, from 1, as received.</param>
internal sealed record Hunk(int Start, List<HunkLine> Lines)
{
    public int OldCount => Lines.Count(l => l.Kind != '+');

    public int NewCount => Lines.Count(l => l.Kind != '-');
}

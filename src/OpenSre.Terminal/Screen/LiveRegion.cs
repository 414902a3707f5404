namespace OpenSre.Terminal;

/// <summary>The rows at the bottom that are drawn anew, and where in them the cursor stands.</summary>
internal sealed record LiveRegion(IReadOnlyList<Row> Rows, int CursorRow, int CursorColumn)
{
    public static LiveRegion Empty { get; } = new([], 0, 0);
}

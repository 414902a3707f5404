namespace OpenSre.Terminal;

/// <summary>
/// Things that change while one looks at them, drawn in place of the prompt until it is closed. One of them is chosen; a key
/// does something with that one.
/// </summary>
public sealed record Board
{
    /// <summary>What is looked at, in a word or two.</summary>
    public required string Title { get; init; }

    /// <summary>Looks anew and draws. Called every <see cref="Beat"/> and when the request changes, never twice at a time.</summary>
    public required Func<BoardRequest, BoardFrame> Look { get; init; }

    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The ways to sort; the first is the usual one.</summary>
    public required IReadOnlyList<string> Orders { get; init; }

    /// <summary>Words to begin with; empty for all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>The keys that close it and name the thing chosen.</summary>
    public required IReadOnlyList<BoardKey> Keys { get; init; }
}

/// <param name="Key">A letter, or <c>\r</c> for Enter. <c>s</c>, <c>q</c>, <c>j</c>, <c>k</c> and <c>/</c> are the board's own.</param>
/// <param name="Does">What it does with the thing chosen, as in "investigates".</param>
public sealed record BoardKey(char Key, string Does);

/// <summary>What a board is to show.</summary>
/// <param name="Columns">Columns a line may have.</param>
/// <param name="Order">One of <see cref="Board.Orders"/>.</param>
/// <param name="Filter">Only things with these words; empty for all.</param>
public sealed record BoardRequest(int Columns, string Order, string Filter);

/// <summary>What a board shows at one moment. Lines may have the colours of <see cref="Look"/>; every other sequence is taken out.</summary>
/// <param name="Head">Lines above the things.</param>
/// <param name="Foot">Lines below them.</param>
public sealed record BoardFrame(IReadOnlyList<string> Head, IReadOnlyList<BoardItem> Items, IReadOnlyList<string> Foot);

/// <param name="Id">Stays the same as long as the thing is the same, so that it stays chosen.</param>
public sealed record BoardItem(string Id, IReadOnlyList<string> Lines);

/// <param name="Id">The thing that was chosen.</param>
public sealed record BoardChoice(char Key, string Id);

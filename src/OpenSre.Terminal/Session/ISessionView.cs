using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>Where a session shows what it says, and whom it asks. Every member may be called from any thread.</summary>
internal interface ISessionView : IApprover
{
    /// <summary>Columns a row may have, for commands that draw; 0 when rows may be of any length.</summary>
    int Columns { get; }

    void Print(Row row);

    /// <summary>A whole Markdown text.</summary>
    void Markdown(string markdown);

    /// <summary>What the investigation in the foreground says.</summary>
    void Show(InvestigationEvent investigationEvent);

    /// <summary>Something long: leafed through where that can be done, printed otherwise.</summary>
    void Page(string title, IReadOnlyList<Row> rows);

    /// <summary>Clears what can be seen; the scrollback stays.</summary>
    void Clear();

    /// <summary>Draws the newest of what was said again, for the width the terminal has now.</summary>
    void Redraw();

    /// <summary>Changes how things look; false when there is no theme of that name.</summary>
    bool UseTheme(string name);

    /// <summary>Asks one question that is answered with a line; null when nobody can answer, or Esc was pressed.</summary>
    Task<string?> AskLineAsync(string question, CancellationToken cancellation);

    /// <summary>A board can be shown here.</summary>
    bool CanWatch { get; }

    /// <summary>Shows a board until it is closed: what was chosen on it, or null.</summary>
    Task<BoardChoice?> WatchAsync(Board board, CancellationToken cancellation);
}

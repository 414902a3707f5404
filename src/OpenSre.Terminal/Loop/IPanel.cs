namespace OpenSre.Terminal;

/// <summary>Something that takes the place of the prompt, and its keys, until it is closed. All of it belongs to the loop's thread.</summary>
internal interface IPanel
{
    bool IsClosed { get; }

    void Handle(Key key);

    /// <summary>What it shows.</summary>
    /// <param name="columns">The widest a row may be.</param>
    /// <param name="height">Rows there are on the screen for it.</param>
    List<Row> Rows(int columns, int height);

    /// <summary>Something went wrong in it: whoever waits for it waits no longer.</summary>
    void Close();
}

namespace OpenSre.Terminal;

internal enum LineEnd
{
    /// <summary>A text was given.</summary>
    Text,

    /// <summary>Ctrl+C.</summary>
    Interrupt,

    /// <summary>Ctrl+D on an empty line, or no more input.</summary>
    EndOfInput,
}

internal readonly record struct LineRead(LineEnd End, string Text = "");

/// <summary>Where a session gets what a person types.</summary>
internal interface ILineInput
{
    /// <summary>Shows the prompt and waits for one whole input; it may have several lines.</summary>
    LineRead Read();

    /// <summary>From now on something runs: what is typed is not shown.</summary>
    void Pause();
}

namespace OpenSre.Terminal;

/// <summary>What a command is, for /help, for completion and for "did you mean".</summary>
/// <param name="Name">With its slash.</param>
/// <param name="Usage">How it is typed, arguments in brackets when they may be left out.</param>
/// <param name="Summary">One line.</param>
/// <param name="Example">A line that works as it stands.</param>
internal sealed record CommandInfo(string Name, string Usage, string Summary, string Example)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>For developers: works, but /help and completion do not name it.</summary>
    public bool IsHidden { get; init; }
}

/// <summary>A slash command. It works in every kind of session: it prints rows and Markdown and asks through the session.</summary>
internal interface ISessionCommand
{
    CommandInfo Info { get; }

    /// <summary>
    /// Why it is not done for what comes through a pipe, where nobody sits and where a text may be anybody's: the words after
    /// "because". Null where it only looks, and ends.
    /// </summary>
    string? NotInPipe(string argument) => null;

    /// <summary>
    /// Runs beside whatever else runs. An exception becomes one sentence; the session goes on. What takes long hears
    /// of Esc and Ctrl+C through <paramref name="cancellation"/>.
    /// </summary>
    /// <param name="argument">What stood after the name, trimmed.</param>
    Task RunAsync(Session session, string argument, CancellationToken cancellation);
}

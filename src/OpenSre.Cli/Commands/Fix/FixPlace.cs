using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>Where <c>fix</c> speaks: a terminal, a pipe, or the session.</summary>
/// <param name="Output">Answers.</param>
/// <param name="Errors">Progress and questions.</param>
/// <param name="Look">How both may look.</param>
/// <param name="AskAsync">Asks one question that is answered with a line; null where nobody can be asked.</param>
internal sealed record FixPlace(TextWriter Output, TextWriter Errors, Look Look, Func<string, CancellationToken, Task<string?>>? AskAsync)
{
    /// <summary>
    /// Asks for a change through the session's gate: kind, what will happen, why, what it could break. Null outside of a
    /// session, where the options and one question decide.
    /// </summary>
    public Func<string, string, string, string, CancellationToken, Task<bool>>? ApproveAsync { get; init; }

    /// <summary>Asks for something that is not shown while it is typed; null where that cannot be done.</summary>
    public Func<string, CancellationToken, Task<string?>>? AskSecretAsync { get; init; }

    /// <summary>After Ctrl+C: what stops the one question that may still be asked; null when none may.</summary>
    public Func<CancellationToken?> Again { get; init; } = () => null;

    /// <summary>What asks a model where Seer is not; null for the engine alone.</summary>
    /// <exception cref="InvalidDataException">The configured model cannot be used.</exception>
    public Func<OpenSre.Investigation.ModelAdvice?> Advice { get; init; } = () => ModelSetup.Advice(null, false);
}

using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>
/// Commands that come through a pipe: each line is an input, answered in order as if it had been typed, where nobody can be
/// asked. What a pipe carries may be anybody's text, so only what looks is run: one line that may not be is the end of it
/// before anything was done.
/// </summary>
internal sealed class PipedSession(SessionHost host, IReadOnlyList<string> inputs, TextWriter output, TimeProvider time)
{
    private const int LongestShown = 60;

    /// <summary>The inputs of a text that begins with a command; null for any other text, which is one thing to look into.</summary>
    public static IReadOnlyList<string>? Inputs(string text, CommandRegistry commands)
    {
        List<string> inputs = [];
        var lines = new PlainLineInput(new StringReader(text), TextWriter.Null);
        for (var line = lines.Read(); line.End == LineEnd.Text; line = lines.Read())
        {
            if (line.Text.Trim() is not { Length: > 0 } input)
            {
                continue;
            }

            if (inputs.Count == 0 && !IsCommand(input, commands))
            {
                return null;
            }

            inputs.Add(input);
        }

        return inputs.Count > 0 ? inputs : null;
    }

    /// <summary>Why the inputs are not taken, in a sentence; null when they are.</summary>
    public static string? Refusal(IReadOnlyList<string> inputs, CommandRegistry commands)
    {
        foreach (var input in inputs)
        {
            var shown = SafeText.Line(input, LongestShown);
            if (input[0] == '!')
            {
                return $"{shown} is a command of a shell, and none is run for what comes through a pipe.";
            }

            if (File.Exists(input) || commands.Read(input) is not { } call)
            {
                continue;
            }

            if (call.Command is null)
            {
                return $"there is no command {SafeText.Line(input.Split(' ')[0], LongestShown)}; did you mean {call.Nearest}?";
            }

            if (call.Command.NotInPipe(call.Argument) is { } because)
            {
                return $"{shown} is not done for what comes through a pipe, because {because}.";
            }
        }

        return null;
    }

    /// <summary>Answers all of them; false when one could not be answered, which it says.</summary>
    /// <exception cref="InvalidDataException">What is configured cannot be used; the message is one sentence.</exception>
    public async Task<bool> RunAsync(CancellationToken end)
    {
        var lines = new LineWriter(output, Look.Plain);
        using var session = new Session(host, new PlainView(lines, time, canAsk: false), time) { GoesOn = false };
        using var stop = end.Register(() => session.Interrupt());
        if (host.FindEngine?.Invoke() is { } engine)
        {
            session.UseEngine(engine);
        }

        if (host.Resume is { } shelved)
        {
            ResumeCommand.Resume(session, shelved);
            lines.Line("");
        }

        foreach (var input in inputs)
        {
            if (inputs.Count > 1)
            {
                lines.Line($"> {SafeText.Line(input, 200)}");
            }

            session.KeepInput(input);
            await session.AnswerAsync(input).ConfigureAwait(false);
            if (inputs.Count > 1)
            {
                lines.Line("");
            }

            lines.Flush();
            if (session.IsLeaving || end.IsCancellationRequested)
            {
                break;
            }
        }

        if (session.CaseCount > 0 && session.IsKept)
        {
            session.Say($"Kept in {SafeText.Line(session.Keeper.Path, 400)}");
        }

        return !session.HasFailed && !end.IsCancellationRequested;
    }

    /// <summary>A command there is, or a slip of the finger in one: "/srv is full" is words, and so is "/srv".</summary>
    private static bool IsCommand(string input, CommandRegistry commands) =>
        !File.Exists(input) && commands.Read(input) is { } call && (call.Command is not null || CommandRegistry.IsSlip(input.Split(' ', '\n')[0], call.Nearest));
}

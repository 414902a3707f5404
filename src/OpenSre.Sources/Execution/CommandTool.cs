using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>What tools that run one command have in common: how its end becomes a tool's result.</summary>
public static class CommandTool
{
    /// <summary>
    /// Runs a command within the tool's timeout and output limit. A program that is not there is
    /// <see cref="ToolStatus.Missing"/>; a refusal of the system is <see cref="ToolStatus.Refused"/>; an exit code other
    /// than 0 is <see cref="ToolStatus.Failed"/>, with the output kept, unless <paramref name="nonZeroIsOk"/>.
    /// </summary>
    public static async Task<ToolResult> RunAsync(
        ICommandRunner runner,
        ToolDescription d,
        string program,
        IReadOnlyList<string> args,
        string? input,
        CancellationToken ct,
        bool nonZeroIsOk = false)
    {
        var result = await runner.RunAsync(new CommandRequest(d.Name, program, args, input, d.Timeout, d.OutputLimit), ct);
        return ToToolResult(result, d, program, nonZeroIsOk);
    }

    /// <summary>How the end of a command reads as the result of a tool. Secrets in the text are masked.</summary>
    public static ToolResult ToToolResult(CommandResult result, ToolDescription d, string program, bool nonZeroIsOk = false)
    {
        var text = Redaction.Apply(result.Output);
        var said = FirstLine(Redaction.Apply(result.Error));
        return result.Status switch
        {
            CommandStatus.NotFound => new ToolResult(ToolStatus.Missing, text, $"{program} is not installed here."),
            CommandStatus.Refused => new ToolResult(ToolStatus.Refused, text, said.Length > 0 ? said : $"Permission to run {program} was refused."),
            CommandStatus.TimedOut => new ToolResult(ToolStatus.TimedOut, text, Join($"{program} did not end within {Seconds(d.Timeout)}; the output is what it had said until then.", Cut(result))),
            CommandStatus.NotRecorded => new ToolResult(ToolStatus.NotRecorded, text, "The recording holds no answer to this call."),
            _ => Exited(result, program, text, said, nonZeroIsOk),
        };
    }

    /// <summary>A result that could be read: secrets masked, capped at the tool's limit, with a note of what was cut.</summary>
    public static ToolResult Ok(ToolDescription d, string text, string note = "")
    {
        var capped = CappedText.Cap(Redaction.Apply(text), d.OutputLimit, out var cut);
        return new ToolResult(ToolStatus.Ok, capped, Join(note, CutNote(cut)));
    }

    private static ToolResult Exited(CommandResult result, string program, string text, string said, bool nonZeroIsOk)
    {
        if (result.ExitCode == 0 || (nonZeroIsOk && result.ExitCode is not (126 or 127)))
        {
            var remark = result.ExitCode == 0 ? "" : $"{program} ended with exit code {result.ExitCode}{(said.Length > 0 ? ": " + said : ".")}";
            return new ToolResult(ToolStatus.Ok, text, Join(remark, Cut(result)));
        }

        if (text.Trim().Length == 0 && IsRefusal(result.Error))
        {
            return new ToolResult(ToolStatus.Refused, text, RefusalLine(Redaction.Apply(result.Error)));
        }

        var note = said.Length > 0 ? said : $"{program} ended with exit code {result.ExitCode} and said nothing.";
        return new ToolResult(result.ExitCode is 126 or 127 ? ToolStatus.Missing : ToolStatus.Failed, text, Join(note, Cut(result)));
    }

    private static bool IsRefusal(string error) =>
        error.Contains("permission denied", StringComparison.OrdinalIgnoreCase)
        || error.Contains("operation not permitted", StringComparison.OrdinalIgnoreCase);

    private static string RefusalLine(string error) =>
        error.Split('\n').Select(l => l.Trim()).First(IsRefusal);

    private static string FirstLine(string text) =>
        text.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? "";

    private static string Cut(CommandResult result) => CutNote(result.CutCharacters);

    private static string CutNote(long characters) => characters == 0 ? "" : $"{characters} characters from the middle of the output were cut.";

    private static string Join(string first, string second) =>
        first.Length == 0 ? second : second.Length == 0 ? first : $"{first} {second}";

    private static string Seconds(TimeSpan time) => time.TotalSeconds >= 1 ? $"{time.TotalSeconds:0.#} s" : $"{time.TotalMilliseconds:0} ms";
}

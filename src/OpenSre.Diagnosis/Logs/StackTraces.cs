using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>A line of a log, or a stack trace made one.</summary>
/// <param name="Text">The line; of a trace the class of the exception and the first frame that is not a library's.</param>
/// <param name="First">The index of its first line.</param>
/// <param name="Lines">How many lines it took.</param>
/// <param name="Exception">The class of the exception; null when this is no trace.</param>
/// <param name="Frame">The first own frame of a trace; the first frame if all are of libraries.</param>
public sealed record FoldedLine(string Text, int First, int Lines, string? Exception = null, string? Frame = null);

/// <summary>
/// Folds the stack traces of Java, .NET, Python, Node and Go into one line each. Of a chain of causes the first
/// exception names the trace.
/// </summary>
public static partial class StackTraces
{
    /// <summary>The lines in their order, each trace as one.</summary>
    public static IEnumerable<FoldedLine> Fold(IReadOnlyList<string> lines)
    {
        for (var i = 0; i < lines.Count;)
        {
            var trace = Python(lines, i) ?? Go(lines, i) ?? Frames(lines, i);
            yield return trace ?? new FoldedLine(lines[i], i, 1);
            i += trace?.Lines ?? 1;
        }
    }

    // Java, .NET, Node: the exception, then its frames, innermost first.
    private static FoldedLine? Frames(IReadOnlyList<string> lines, int start)
    {
        var head = ExceptionHead().Match(lines[start]);
        // A message may go on for some lines before the first frame.
        var first = start + 1;
        while (first < lines.Count && first - start <= 3 && !FrameLine().IsMatch(lines[first]) && !ExceptionHead().IsMatch(lines[first]))
        {
            first++;
        }

        if (!head.Success || first >= lines.Count || !FrameLine().IsMatch(lines[first]))
        {
            return null;
        }

        List<string> frames = [];
        var end = first;
        for (; end < lines.Count && (FrameLine().Match(lines[end]) is { Success: true } || MoreLine().IsMatch(lines[end])); end++)
        {
            if (FrameLine().Match(lines[end]) is { Success: true } frame)
            {
                frames.Add(frame.Groups["frame"].Value);
            }
        }

        return Folded(head.Groups["class"].Value, frames, start, end - start);
    }

    // Python: frames first, innermost last, then the exception.
    private static FoldedLine? Python(IReadOnlyList<string> lines, int start)
    {
        if (!lines[start].Contains("Traceback (most recent call last):", StringComparison.Ordinal))
        {
            return null;
        }

        List<string> frames = [];
        for (var i = start + 1; i < lines.Count; i++)
        {
            if (PythonFrame().Match(lines[i]) is { Success: true } frame)
            {
                frames.Insert(0, $"{frame.Groups["function"].Value}({frame.Groups["file"].Value}:{frame.Groups["line"].Value})");
            }
            else if (!lines[i].StartsWith(' '))
            {
                return PythonException().Match(lines[i]) is { Success: true } exception
                    ? Folded(exception.Groups["class"].Value, frames, start, i - start + 1)
                    : null;
            }
        }

        return null;
    }

    private static FoldedLine? Go(IReadOnlyList<string> lines, int start)
    {
        if (!GoPanic().IsMatch(lines[start]))
        {
            return null;
        }

        List<string> frames = [];
        var end = start + 1;
        var function = "";
        for (; end < lines.Count && (lines[end].Length == 0 || GoroutineLine().IsMatch(lines[end]) || GoFunction().IsMatch(lines[end]) || GoPlace().IsMatch(lines[end])); end++)
        {
            if (GoPlace().Match(lines[end]) is { Success: true } place)
            {
                frames.Add($"{function}({place.Groups["place"].Value})");
            }
            else if (GoFunction().Match(lines[end]) is { Success: true } named)
            {
                function = named.Groups["name"].Value;
            }
        }

        return frames.Count == 0 ? null : Folded("panic", frames, start, end - start);
    }

    private static FoldedLine Folded(string exception, List<string> frames, int start, int lines)
    {
        var frame = frames.Find(f => !LibraryFrame().IsMatch(f)) ?? (frames.Count > 0 ? frames[0] : null);
        return new FoldedLine(frame is null ? exception : $"{exception} at {frame}", start, lines, exception, frame);
    }

    [GeneratedRegex(@"(^|[\s:""])(?<class>([A-Za-z_$][\w$]*\.)*[A-Z][\w$]*(Exception|Error|Throwable|Failure))(:|\s|$)", RegexOptions.ExplicitCapture)]
    private static partial Regex ExceptionHead();

    [GeneratedRegex(@"^\s+at (?<frame>\S.*?)\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex FrameLine();

    [GeneratedRegex(@"^\s*(\.\.\. \d+ (more|common frames omitted)|Caused by: |Suppressed: |---> |--- End of )", RegexOptions.ExplicitCapture)]
    private static partial Regex MoreLine();

    [GeneratedRegex(@"^\s+File ""(?<file>[^""]+)"", line (?<line>\d+), in (?<function>\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex PythonFrame();

    [GeneratedRegex(@"^(?<class>[A-Za-z_][\w.]*)(:|$)", RegexOptions.ExplicitCapture)]
    private static partial Regex PythonException();

    [GeneratedRegex(@"^(panic|fatal error): ", RegexOptions.ExplicitCapture)]
    private static partial Regex GoPanic();

    [GeneratedRegex(@"^(goroutine \d+ \[|\[signal |created by |exit status )", RegexOptions.ExplicitCapture)]
    private static partial Regex GoroutineLine();

    [GeneratedRegex(@"^(?<name>[\w./*()-]+)\(.*\)$", RegexOptions.ExplicitCapture)]
    private static partial Regex GoFunction();

    [GeneratedRegex(@"^\t(?<place>\S+\.go:\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex GoPlace();

    [GeneratedRegex(@"^(java|javax|jdk|sun|com\.sun|kotlin|scala|org\.(springframework|apache|hibernate|eclipse|jboss)|io\.(netty|grpc)|System|Microsoft|runtime|net/http)[./]|^panic\(|node:|\bnode_modules\b|\bsite-packages\b|\bdist-packages\b|/usr/(local/)?(lib|go)/", RegexOptions.ExplicitCapture)]
    private static partial Regex LibraryFrame();
}

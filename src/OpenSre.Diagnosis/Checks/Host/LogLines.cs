using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>One line of a log with where it came from.</summary>
/// <param name="Quote">The line as it stands in the output.</param>
/// <param name="Text">Its message.</param>
/// <param name="SecondsAgo">When it was written; null if neither the line nor its file tells.</param>
/// <param name="Exact">The time stands in the line; otherwise it is when the file was last written.</param>
/// <param name="LastWrittenAgo">When the same log was last written at all; null if that is not known.</param>
public readonly record struct LogLine(StoredOutput Output, Entity Source, string Quote, string Text, double? SecondsAgo, bool Exact, double? LastWrittenAgo = null)
{
    /// <summary>It is from the answer of another program's tool: whom it is about was worked out, not known.</summary>
    public bool IsOutside => CheckContext.IsOutside(Output.Tool);
}

/// <summary>Gathers the log lines of all tools into one shape.</summary>
public static partial class LogLines
{
    /// <summary>The machine's own logs.</summary>
    private static readonly string[] Own = ["service.inspect", "logs.overview", "logs.tail", "journal.errors"];

    private static readonly ConditionalWeakTable<CheckContext, IReadOnlyList<LogLine>> Known = [];
    private static readonly ConditionalWeakTable<StoredOutput, Parsed> Outputs = [];

    /// <summary>All lines of all logs, in the order of the outputs. Each output is read once, however often the checks run.</summary>
    public static IReadOnlyList<LogLine> All(CheckContext context) =>
        Known.GetValue(context, c => [.. Own.SelectMany(c.Outputs).SelectMany(o => Of(c, o)), .. FromOutside(c), .. c.Outputs("docker.logs").SelectMany(o => Of(c, o))]);

    private static IReadOnlyList<LogLine> Of(CheckContext context, StoredOutput output)
    {
        // Which machine this is may be learnt after a log of it was read.
        if (!Outputs.TryGetValue(output, out var parsed) || parsed.Host != context.Host || parsed.Now != context.Now)
        {
            parsed = new Parsed(context.Host, context.Now, [.. Read(context, output)]);
            Outputs.AddOrUpdate(output, parsed);
        }

        return parsed.Lines;
    }

    private static IEnumerable<LogLine> Read(CheckContext context, StoredOutput output) => output.Tool switch
    {
        "service.inspect" => FromFiles(context, output, Entities.Service(output.Arguments["name"])),
        "journal.errors" => FromJournal(context, output),
        "docker.logs" => FromContainer(context, output),
        _ => FromFiles(context, output, null),
    };

    private static IEnumerable<LogLine> FromJournal(CheckContext context, StoredOutput output)
    {
        foreach (var record in context.Records(output).Where(r => r.Kind == "journal"))
        {
            var unit = JournalUnit().Match(record["text"]);
            yield return new LogLine(record.Output, unit.Success ? Entities.Service(unit.Groups["unit"].Value) : context.Host, record.Line, record["text"], record.Number("ago_s"), true);
        }
    }

    private static IEnumerable<LogLine> FromContainer(CheckContext context, StoredOutput output)
    {
        var source = Entities.Container(output.Arguments["name"]);
        var lines = output.Text.Split('\n').Select(raw => raw.Trim('\r')).Select(text => (Text: text, Age: AgeOf(context, text))).ToList();
        var newest = lines.Select(l => l.Age).Where(a => a is not null).DefaultIfEmpty(null).Min();
        foreach (var (text, age) in lines.Where(l => l.Text.Length > 0))
        {
            yield return new LogLine(output, source, text, text, age, true, newest);
        }
    }

    /// <summary>The lines of the answers of other programs' tools of which it can be told whom they are about.</summary>
    private static IEnumerable<LogLine> FromOutside(CheckContext context)
    {
        foreach (var output in context.OutsideOutputs)
        {
            var lines = context.OutsideLines(output);
            var newest = lines.Select(l => l.At).Max();
            double? written = newest is { } last ? Math.Max(0, (context.Now - last).TotalSeconds) : null;
            foreach (var line in lines.Where(l => l.State == OutsideState.None))
            {
                if (OutsideSources.Of(context, output, line) is { } source)
                {
                    yield return new LogLine(output, source, line.Quote, line.Text, line.At is { } at ? Math.Max(0, (context.Now - at).TotalSeconds) : null, line.At is not null, written);
                }
            }
        }
    }

    /// <summary>A line without the time at its head.</summary>
    public static string Message(string text)
    {
        var head = text.Length > 40 ? text[..40] : text;
        return Stamp().Match(head) is { Success: true, Index: < 3 } stamp ? text[(stamp.Index + stamp.Length)..].TrimStart(' ', ']', ':') : text;
    }

    private static IEnumerable<LogLine> FromFiles(CheckContext context, StoredOutput output, Entity? owner)
    {
        Entity source = owner ?? context.Host;
        double? written = null;
        foreach (var record in context.Records(output))
        {
            if (record.Kind == "log_file")
            {
                written = record.Number("modified_s_ago");
                source = owner ?? OwnerOf(context, record["path"].Split(' ')[0]);
            }
            else if (record.Kind == "log" && record["text"] is { Length: > 0 } text)
            {
                var stamped = AgeOf(context, text);
                yield return new LogLine(output, source, record.Line, text, stamped ?? written, stamped is not null, written);
            }
        }
    }

    /// <summary>The service a log file belongs to, by the name of the file or its directory.</summary>
    private static Entity OwnerOf(CheckContext context, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var file = parts.Length > 0 ? parts[^1] : "";
        var name = file is "current" or "error.log" or "access.log" or "stdout.log" or "stderr.log" or "output.log" or "app.log" && parts.Length > 1 ? parts[^2] : file.EndsWith(".log", StringComparison.Ordinal) ? file[..^4] : file;
        if (name is "log" or "main" && parts.Length > 2)
        {
            name = parts[^3];
        }

        return name is "syslog" or "messages" or "kern" or "daemon" or "auth" or "" ? context.Host : Entities.Service(name);
    }

    private static double? AgeOf(CheckContext context, string text) => TimeOf(text, context.Now) is { } at ? Math.Max(0, (context.Now - at).TotalSeconds) : null;

    /// <summary>The time at the head of a line; null when there is none.</summary>
    /// <param name="now">Tells the year of a time without one.</param>
    internal static DateTimeOffset? TimeOf(string text, DateTimeOffset now)
    {
        var head = text.AsSpan(0, Math.Min(text.Length, 64));
        foreach (var match in Stamp().EnumerateMatches(head))
        {
            var stamp = head.Slice(match.Index, match.Length).ToString().Replace('_', 'T').Replace(',', '.');
            if (DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                return at;
            }
        }

        foreach (var match in SyslogStamp().EnumerateMatches(head))
        {
            var stamp = SpaceRun().Replace(head.Slice(match.Index, match.Length).ToString(), " ");
            if (DateTimeOffset.TryParseExact($"{now.Year} {stamp}", "yyyy MMM d HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                // A date in the future is one of last year.
                return at - now > TimeSpan.FromDays(1) ? at.AddYears(-1) : at;
            }
        }

        return null;
    }

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}[T _]\d{2}:\d{2}:\d{2}([.,]\d+)?(Z|[+-]\d{2}:?\d{2})?")]
    private static partial Regex Stamp();

    [GeneratedRegex(@"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} \d{2}:\d{2}:\d{2}")]
    private static partial Regex SyslogStamp();

    [GeneratedRegex(" +")]
    private static partial Regex SpaceRun();

    [GeneratedRegex(@"^(\S+ )?(?<unit>[A-Za-z0-9_.@-]+)\[\d+\]:")]
    private static partial Regex JournalUnit();

    /// <summary>The lines of an output as they read at a time and on a host.</summary>
    private sealed record Parsed(Entity Host, DateTimeOffset Now, IReadOnlyList<LogLine> Lines);
}

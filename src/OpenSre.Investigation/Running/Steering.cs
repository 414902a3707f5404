using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>What a person wants of a run.</summary>
/// <param name="Calls">What is to be looked at next.</param>
/// <param name="Ignored">Names whatever has them in it is no longer looked at.</param>
internal sealed record Wish(IReadOnlyList<ToolCall> Calls, IReadOnlyList<string> Ignored)
{
    /// <summary>What comes of it, in a sentence.</summary>
    public string Effect => (Calls.Count, Ignored.Count) switch
    {
        (0, 0) => "noted; it names no tool or thing that could be looked at",
        (0, _) => $"leaving out {string.Join(", ", Ignored)}",
        (_, 0) => $"next: {string.Join(", ", Calls)}",
        _ => $"next: {string.Join(", ", Calls)}; leaving out {string.Join(", ", Ignored)}",
    };
}

/// <summary>Reads what a person says during a run as wishes to look at something, or to leave something out.</summary>
internal static partial class Steering
{
    private static readonly (string Word, string Tool)[] Subjects =
    [
        ("disk", "host.disk"), ("space", "host.disk"), ("inode", "host.disk"), ("mount", "host.disk"),
        ("cpu", "host.cpu"), ("load", "host.cpu"), ("memory", "host.memory"), ("oom", "host.memory"), ("swap", "host.memory"),
        ("network", "host.network"), ("docker", "docker.containers"), ("container", "docker.containers"), ("kernel", "host.kernel_log"), ("dmesg", "host.kernel_log"),
        ("journal", "journal.errors"), ("logs", "logs.overview"), ("log", "logs.overview"), ("port", "net.listeners"), ("listen", "net.listeners"),
        ("change", "host.changes"), ("deploy", "host.changes"), ("upgrade", "host.changes"), ("service", "service.list"), ("process", "host.processes"),
        ("file", "host.files"), ("clock", "host.clock"), ("time", "host.clock"), ("temperature", "host.temperature"), ("dns", "net.dns"), ("io", "host.io"), ("i/o", "host.io"),
    ];

    /// <summary>Words that stand where a name may stand, and are none.</summary>
    private static readonly HashSet<string> NoNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "it", "this", "that", "them", "these", "those", "all", "everything", "anything", "something", "what", "how", "why", "when", "where", "whether", "if", "again", "more", "every", "each", "other",
        "others", "any", "some", "for", "with", "and", "or", "is", "are", "host", "hosts", "machine", "system", "server", "here", "there", "which", "who", "both", "also", "too", "now", "out", "you", "me",
    };

    /// <summary>
    /// The calls a text asks for: tools by name, subjects by word, services by name, URLs, files. What is to be "looked at" and
    /// is none of these is taken for a service nobody has heard of yet.
    /// </summary>
    /// <param name="services">The names of the services known by now.</param>
    public static Wish Read(string text, IEnumerable<string> tools, IEnumerable<string> services)
    {
        List<ToolCall> calls = [];
        var ignored = LeaveOut().Matches(text).Select(m => m.Groups["name"].Value.TrimEnd('.', ',')).Where(n => n.Length > 1).ToList();
        var wanted = LeaveOut().Replace(text, " ");
        var known = tools.ToHashSet(StringComparer.Ordinal);
        var running = services.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var words = wanted.Split([' ', ',', ';', '\t', '\n', '"', '\'', '?', '!'], StringSplitOptions.RemoveEmptyEntries);
        void Add(ToolCall call)
        {
            if (known.Contains(call.Tool) && !calls.Exists(c => c.Key == call.Key))
            {
                calls.Add(call);
            }
        }

        foreach (var raw in words)
        {
            var word = raw.TrimEnd('.');
            if (known.Contains(word) && word is not "net.http" and not "service.inspect")
            {
                Add(new ToolCall(word));
            }
            else if (word.StartsWith("http://", StringComparison.Ordinal) || word.StartsWith("https://", StringComparison.Ordinal))
            {
                Add(ToolCall.With("net.http", ("url", word)));
            }
            else if (word.StartsWith("/var/log/", StringComparison.Ordinal) || (word.StartsWith('/') && word.EndsWith(".log", StringComparison.Ordinal)))
            {
                Add(ToolCall.With("logs.tail", ("path", word)));
            }
            else if (running.TryGetValue(word, out var service))
            {
                Add(ToolCall.With("service.inspect", ("name", service)));
            }

            foreach (var (subject, tool) in Subjects)
            {
                if (Stem(word).Equals(Stem(subject), StringComparison.OrdinalIgnoreCase) && tool != "net.dns")
                {
                    Add(new ToolCall(tool));
                }
            }
        }

        foreach (var name in LookAt().Matches(wanted).Select(m => m.Groups["name"].Value.TrimEnd('.', ':', '-')))
        {
            if (name.Length > 1 && !NoNames.Contains(name) && !known.Contains(name) && !running.Contains(name) && !Array.Exists(Subjects, s => Stem(s.Word).Equals(Stem(name), StringComparison.OrdinalIgnoreCase)))
            {
                Add(ToolCall.With("service.inspect", ("name", name)));
            }
        }

        return new Wish(calls, ignored);
    }

    /// <summary>"deployed" and "deploys" are about a deploy.</summary>
    private static string Stem(string word)
    {
        foreach (var ending in (ReadOnlySpan<string>)["ed", "ing", "s"])
        {
            if (word.Length > ending.Length + 2 && word.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return word[..^ending.Length];
            }
        }

        return word;
    }

    [GeneratedRegex(@"\b(?:look(?:ing)?\s+(?:at|into)|check(?:\s+on)?|inspect|suspect|what\s+about)\s+(?:(?:the|our|my|service)\s+)*(?<name>[\w@][\w.@:-]*)(?![/\w])", RegexOptions.IgnoreCase)]
    private static partial Regex LookAt();

    [GeneratedRegex(@"\b(?:ignore|skip|leave\s+out|forget\s+about|forget|don'?t\s+look\s+at|not\s+about)\s+(?:the\s+|about\s+)?(?<name>[\w.:/-]+)", RegexOptions.IgnoreCase)]
    private static partial Regex LeaveOut();
}

using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Reads what a person says during a run as wishes to look at something.</summary>
internal static class Steering
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

    /// <summary>The calls a text asks for: tools by name, subjects by word, URLs, files.</summary>
    public static IReadOnlyList<ToolCall> Read(string text, IEnumerable<string> tools)
    {
        List<ToolCall> calls = [];
        var known = tools.ToHashSet(StringComparer.Ordinal);
        var words = text.Split([' ', ',', ';', '\t', '\n', '"', '\'', '?', '!'], StringSplitOptions.RemoveEmptyEntries);
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

            foreach (var (subject, tool) in Subjects)
            {
                if (word.TrimEnd('s').Equals(subject.TrimEnd('s'), StringComparison.OrdinalIgnoreCase) && tool != "net.dns")
                {
                    Add(new ToolCall(tool));
                }
            }
        }

        return calls;
    }
}

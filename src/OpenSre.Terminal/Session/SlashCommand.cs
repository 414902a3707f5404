using System.Text.RegularExpressions;

namespace OpenSre.Terminal;

/// <summary>A command of the session. <paramref name="Usage"/> is what /help shows.</summary>
internal sealed partial record SlashCommand(string Name, string Usage, string Summary)
{
    public static IReadOnlyList<SlashCommand> All { get; } =
    [
        new("/help", "/help", "what can be said here"),
        new("/status", "/status", "what answers, what can be looked at, and where this session is kept"),
        new("/last", "/last", "the last report again"),
        new("/evidence", "/evidence [e3]", "the facts of the last investigation, or one in its output"),
        new("/why", "/why [not X]", "why this answer, or why not another"),
        new("/exit", "/exit", "leave; so does Ctrl+D"),
    ];

    /// <summary>
    /// Reads an input as a command. Null when it is none: "/srv is full" is a sentence about a folder.
    /// An unknown command comes back without a name, and with the nearest one as its summary.
    /// </summary>
    public static (string Name, string Argument, string Nearest)? Read(string input)
    {
        if (Shape().Match(input) is not { Success: true } match)
        {
            return null;
        }

        var name = match.Groups["name"].Value.ToLowerInvariant();
        var argument = match.Groups["argument"].Value.Trim();
        if (name is "/quit" or "/q")
        {
            return ("/exit", "", "");
        }

        var nearest = All.MinBy(c => Distance(c.Name, name))!;
        if (nearest.Name == name)
        {
            return (name, argument, "");
        }

        return argument.Length == 0 || Distance(nearest.Name, name) <= 2 ? ("", argument, nearest.Name) : null;
    }

    /// <summary>Levenshtein's edit distance.</summary>
    public static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }

    [GeneratedRegex(@"^(?<name>/[A-Za-z]+)(?<argument>\s.*)?$")]
    private static partial Regex Shape();
}

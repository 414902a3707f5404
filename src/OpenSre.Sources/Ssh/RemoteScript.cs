using System.Globalization;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// What goes over the line for one command. The words after <c>ssh HOST</c> are read by the login shell of the other
/// side, whatever shell that is; they are therefore always the same and start a POSIX shell, which reads the program and
/// its arguments, each in single quotes, from standard input.
/// </summary>
internal static class RemoteScript
{
    /// <summary>The first thing the other side says on its error stream: the connection stands and a shell runs.</summary>
    public const string Here = "opensre:here";

    /// <summary>Said before exit code 127 when the program is not there.</summary>
    public const string NoProgram = "opensre:no-such-program";

    /// <summary>For the login shell. Ends what it starts a second after <paramref name="limit"/> where there is a timeout program.</summary>
    public static string Command(TimeSpan limit)
    {
        var seconds = ((long)Math.Ceiling(Math.Clamp(limit.TotalSeconds, 0, 86_400)) + 1).ToString(CultureInfo.InvariantCulture);
        return $"exec sh -c 'echo {Here} >&2; LC_ALL=C TERM=dumb PAGER=cat SYSTEMD_PAGER=cat; export LC_ALL TERM PAGER SYSTEMD_PAGER; unset LANGUAGE; "
            + $"if timeout 1 true 2>/dev/null; then exec timeout {seconds} sh -s; fi; exec sh -s'";
    }

    /// <summary>Standard input of that shell; null when an argument cannot be passed at all.</summary>
    public static string? Input(CommandRequest request)
    {
        if (request.Arguments.Append(request.Program).Any(a => a.Contains('\0')))
        {
            return null;
        }

        var script = new StringBuilder();
        if (request.Program == "sh" && request.Arguments is ["-s", ..])
        {
            var options = request.Arguments is [_, "--", ..] ? 2 : 1;
            return script.Append("set --").Append(Words(request.Arguments.Skip(options))).Append('\n').Append(request.Input).ToString();
        }

        var program = Quote(request.Program);
        script.Append("PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH\ncommand -v ").Append(program).Append(" >/dev/null 2>&1 || { echo ").Append(NoProgram).Append(" >&2; exit 127; }\n")
            .Append("exec ").Append(program).Append(Words(request.Arguments));
        if (request.Input is null)
        {
            return script.Append(" </dev/null\n").ToString();
        }

        var end = "OPENSRE_END";
        while (request.Input.Contains(end, StringComparison.Ordinal))
        {
            end += "_";
        }

        return script.Append(" <<'").Append(end).Append("'\n").Append(request.Input).Append(request.Input.EndsWith('\n') ? "" : "\n").Append(end).Append('\n').ToString();
    }

    /// <summary>The text as one word of a POSIX shell, whatever is in it.</summary>
    public static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string Words(IEnumerable<string> arguments) => string.Concat(arguments.Select(a => " " + Quote(a)));
}

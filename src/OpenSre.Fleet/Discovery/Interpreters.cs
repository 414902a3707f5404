namespace OpenSre.Fleet;

/// <summary>What an interpreter was told to run.</summary>
/// <param name="Path">The script; empty for a module.</param>
/// <param name="Module">The module of <c>python -m</c>.</param>
/// <param name="Options">What comes after it.</param>
internal sealed record Script(string Path, string? Module, IReadOnlyList<string> Options);

/// <summary>Programs that run scripts, and where on their command line the script stands.</summary>
internal static class Interpreters
{
    private static readonly string[] Node = ["node", "nodejs", "bun", "deno"];
    private static readonly string[] Shells = ["sh", "bash", "dash", "zsh", "ksh"];
    private static readonly string[] NodeOptionsWithValue = ["-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--title", "--env-file", "--disable-warning", "--icu-data-dir"];
    private static readonly string[] NodeWithoutScript = ["-e", "--eval", "-p", "--print", "-pe", "-i", "--interactive"];

    public static IEnumerable<string> Names => [.. Node, .. Shells, "python", "pypy"];

    public static bool Is(string program) => Node.Contains(program) || Shells.Contains(program) || IsPython(program);

    /// <summary>The script in the arguments of a program; null when the program is no interpreter or runs none.</summary>
    public static Script? Script(string program, IReadOnlyList<string> arguments)
    {
        if (IsPython(program))
        {
            return Find(arguments, ["-W", "-X", "--check-hash-based-pycs"], ["-c"], module: "-m");
        }

        if (Shells.Contains(program))
        {
            return Find(arguments, ["-o", "-O", "--rcfile", "--init-file"], ["-c"], module: null) is { } script && !script.Path.StartsWith("/etc/init.d/", StringComparison.Ordinal) ? script : null;
        }

        if (!Node.Contains(program))
        {
            return null;
        }

        if (program is "bun" or "deno" && arguments.Count > 0 && arguments[0] == "run")
        {
            arguments = [.. arguments.Skip(1)];
        }

        return Find(arguments, NodeOptionsWithValue, NodeWithoutScript, module: null);
    }

    private static Script? Find(IReadOnlyList<string> arguments, string[] withValue, string[] without, string? module)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == module)
            {
                return i + 1 < arguments.Count ? new Script("", arguments[i + 1], [.. arguments.Skip(i + 2)]) : null;
            }

            if (without.Contains(argument))
            {
                return null;
            }

            if (withValue.Contains(argument))
            {
                i++;
            }
            else if (argument == "--")
            {
                return i + 1 < arguments.Count ? new Script(arguments[i + 1], null, [.. arguments.Skip(i + 2)]) : null;
            }
            else if (!argument.StartsWith('-') && !argument.StartsWith('+'))
            {
                return new Script(argument, null, [.. arguments.Skip(i + 1)]);
            }
            else if (without is ["-c"] && argument.Length > 2 && argument[1] != '-' && argument.Contains('c'))
            {
                // sh -lc 'text', python -uc 'text'
                return null;
            }
        }

        return null;
    }

    private static bool IsPython(string program)
    {
        var rest = program.StartsWith("python", StringComparison.Ordinal) ? program[6..] : program.StartsWith("pypy", StringComparison.Ordinal) ? program[4..] : null;
        return rest is not null && rest.All(c => char.IsAsciiDigit(c) || c == '.');
    }
}

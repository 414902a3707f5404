namespace OpenSre.Cli;

internal enum CommandName { Investigate, Record, Replay, Doctor, Tools, Eval, Model, Version, Help, Agents, Memory, Context }

/// <summary>What was asked on the command line.</summary>
/// <param name="Input">The text or file to investigate, record or replay; null when none was given.</param>
/// <param name="Output">Where to write, for commands that do.</param>
/// <param name="Home">A file that says what a house is made of.</param>
/// <param name="Host">Another machine to look at, over SSH.</param>
/// <param name="Saved">A folder or archive with what was saved of a cluster.</param>
/// <param name="Error">One sentence when the command line cannot be used.</param>
internal sealed record CommandLine(CommandName Command, string? Input = null, bool Json = false, string? Output = null, string? Error = null, bool All = false, string? Labels = null, string? Only = null, string Kind = "host", string? Without = null, string? Variant = null, bool Fit = false, bool LeaveOneOut = false, string? Context = null, string? Namespace = null, string? Saved = null, bool Plain = false, string? Model = null, bool Offline = false, string? Home = null, string? Host = null)
{
    /// <summary>The session to go on with: the beginning of its id, or words of its title.</summary>
    public string? Resume { get; init; }

    /// <summary>Where Prometheus is; null for what environment and configuration say.</summary>
    public string? Prometheus { get; init; }

    /// <inheritdoc cref="Prometheus"/>
    public string? Loki { get; init; }

    /// <summary>The words after a command that reads them itself.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    private static readonly string[] Commands = ["record", "replay", "doctor", "tools", "eval", "model"];

    public static CommandLine Parse(ReadOnlySpan<string> arguments)
    {
        var command = CommandName.Investigate;
        if (arguments.Length > 0 && Array.IndexOf(Commands, arguments[0]) is >= 0 and var index)
        {
            command = CommandName.Record + index;
            arguments = arguments[1..];
        }

        if (arguments.Length > 0 && arguments[0] == "agents")
        {
            return new CommandLine(CommandName.Agents) { Words = [.. arguments[1..]] };
        }

        // "memory usage is high" is a question.
        if (arguments is ["memory"] or ["memory", "list" or "show" or "fixed" or "forget", ..])
        {
            return new CommandLine(CommandName.Memory) { Words = [.. arguments[1..]] };
        }

        if (arguments.Length > 0 && arguments[0] == "context")
        {
            command = CommandName.Context;
            arguments = arguments[1..];
        }

        var line = new CommandLine(command);
        List<string> words = [];
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                words.AddRange(arguments[(i + 1)..]);
                break;
            }

            switch (argument)
            {
                case "--help" or "-h":
                    return new CommandLine(CommandName.Help);
                case "--version" or "-V":
                    return new CommandLine(CommandName.Version);
                case "--json" when command != CommandName.Record:
                    line = line with { Json = true };
                    break;
                case "--plain" when command == CommandName.Investigate:
                    line = line with { Plain = true };
                    break;
                case "--resume" when command == CommandName.Investigate:
                    if (++i == arguments.Length)
                    {
                        return line with { Error = "--resume needs a session's id or words of its title, as in: opensre --resume checkout; /sessions lists them" };
                    }

                    line = line with { Resume = arguments[i] };
                    break;
                case "--offline":
                    line = line with { Offline = true };
                    break;
                case "--model" when command is CommandName.Investigate or CommandName.Replay or CommandName.Eval:
                    if (++i == arguments.Length)
                    {
                        return line with { Error = "--model needs the name of a model, as in: opensre --model anthropic alert.json; opensre model lists them" };
                    }

                    line = line with { Model = arguments[i] };
                    break;
                case "--all" when command == CommandName.Record:
                    line = line with { All = true };
                    break;
                case "--context" or "--namespace" or "-n" when command == CommandName.Investigate:
                    if (++i == arguments.Length)
                    {
                        return line with { Error = $"{argument} needs a name, as in: opensre --namespace shop \"checkout fails\"" };
                    }

                    line = argument == "--context" ? line with { Context = arguments[i] } : line with { Namespace = arguments[i] };
                    break;
                case "--host" when command is CommandName.Investigate or CommandName.Record:
                    if (++i == arguments.Length)
                    {
                        return line with { Error = "--host needs the name of a machine that ssh knows, as in: opensre --host sagan alert.json" };
                    }

                    line = line with { Host = arguments[i] };
                    break;
                case "--loki" when command is CommandName.Investigate or CommandName.Record or CommandName.Doctor or CommandName.Tools:
                    if (++i == arguments.Length)
                    {
                        return line with { Error = "--loki needs an address, as in: opensre --loki http://loki:3100 alert.json" };
                    }

                    line = line with { Loki = arguments[i] };
                    break;
                case "--prometheus" when command is CommandName.Investigate or CommandName.Record or CommandName.Doctor or CommandName.Tools:
                    if (++i == arguments.Length)
                    {
                        return line with { Error = "--prometheus needs an address, as in: opensre --prometheus http://prometheus:9090 alert.json" };
                    }

                    line = line with { Prometheus = arguments[i] };
                    break;
                case "--fit" when command == CommandName.Eval:
                    line = line with { Fit = true };
                    break;
                case "--leave-one-out" when command == CommandName.Eval:
                    line = line with { LeaveOneOut = true };
                    break;
                case "--labels" or "--only" or "--out" or "--without" or "--variant" or "--home" when command == CommandName.Eval:
                    if (++i == arguments.Length)
                    {
                        return line with { Error = $"{argument} needs a value, as in: opensre eval host DIR --labels FILE --only 'case-0*' --out results.jsonl" };
                    }

                    line = argument switch
                    {
                        "--labels" => line with { Labels = arguments[i] },
                        "--only" => line with { Only = arguments[i] },
                        "--without" => line with { Without = arguments[i] },
                        "--variant" => line with { Variant = arguments[i] },
                        "--home" => line with { Home = arguments[i] },
                        _ => line with { Output = arguments[i] },
                    };
                    break;
                case "-o" or "--output" when command == CommandName.Record:
                    if (++i == arguments.Length)
                    {
                        return line with { Error = $"{argument} needs the name of the bundle to write, as in: opensre record alert.json -o incident.bundle" };
                    }

                    line = line with { Output = arguments[i] };
                    break;
                default:
                    if (argument.Length > 1 && argument[0] == '-')
                    {
                        return line with { Error = $"There is no option {Printable(argument)} {Where(command)}; opensre --help lists the options." };
                    }

                    words.Add(argument);
                    break;
            }
        }

        return line.With(words);
    }

    private CommandLine With(List<string> words) => Command switch
    {
        CommandName.Investigate when Host is not null && (Context ?? Namespace) is not null => this with { Error = "--host looks at a machine, --context and --namespace at a cluster; use one of them" },
        CommandName.Investigate when words.Count > 0 && (Directory.Exists(words[0]) || (OpenSre.Sources.SavedCluster.IsArchive(words[0]) && File.Exists(words[0]))) =>
            this with { Saved = words[0], Input = words.Count == 1 ? null : string.Join(' ', words[1..]) },
        CommandName.Investigate => this with { Input = words.Count == 0 ? null : string.Join(' ', words) },
        CommandName.Record when words.Count == 1 => this with { Input = words[0] },
        CommandName.Record => this with { Error = "record takes one file with an alert, or a question in quotes, as in: opensre record alert.json" },
        CommandName.Eval when words is [_, var folder] => this with { Kind = words[0], Input = folder },
        CommandName.Eval => this with { Error = "eval takes a kind and a folder of recordings, as in: opensre eval host examples/incidents" },
        CommandName.Model or CommandName.Context => this with { Input = words.Count == 0 ? null : string.Join(' ', words) },
        CommandName.Replay when words.Count == 1 => this with { Input = words[0] },
        CommandName.Replay => this with { Error = "replay takes one bundle, as in: opensre replay incident.bundle" },
        _ when words.Count > 0 => this with { Error = $"{Command.ToString().ToLowerInvariant()} takes no argument; to investigate these words, put them in quotes." },
        _ => this,
    };

    private static string Where(CommandName command) => command == CommandName.Investigate ? "here" : $"for {command.ToString().ToLowerInvariant()}";

    private static string Printable(string argument) => OpenSre.Core.SafeText.Line(argument, 60);
}

using System.Globalization;
using OpenSre.Core;
using OpenSre.Sentry;

namespace OpenSre.Cli;

/// <summary>What <c>opensre fix</c> was asked to do.</summary>
internal sealed record FixOptions(string Issue)
{
    public const string Text = """
        opensre fix ISSUE [options]    has Sentry's Seer fix an issue, and applies its patch to this working tree
        opensre fix undo [--dir DIR]   takes back what was applied last, if it was not touched since
        opensre fix login [--url URL]  asks for a token, tries it and stores it for that server; logout forgets it

        ISSUE    SHOP-1A, 123456, org/SHOP-1A, org/project/1A, project#1A, @latest, @most_frequent, or its address
        --apply, --no-apply            apply the patch without asking, or do not
        --pr                           have Seer open pull requests
        --dry-run                      say whether the patch would apply, and change nothing
        --dir DIR, --dir REPO=DIR      the working tree, should its remotes not tell
        --stop STEP                    stop after root_cause, solution or code_changes (the usual)
        --instruction TEXT             what Seer is to know, at most 1,000 characters
        --force                        a new run even if there is one; it may count against your plan
        --fresh                        believe nothing kept from earlier runs: the organization's region is asked for anew
        --yes                          approve changes of files that Seer asks about
        --timeout SECONDS              how long to wait, 600 if not given; the run goes on and can be attached to
        --json [--fields a,b]          one object on standard output, and no question asked
        --local                        without Seer: the event is investigated here, and a model, if one is configured,
                                       proposes the patch

        SENTRY_AUTH_TOKEN holds the token if none is stored, SENTRY_URL the server if not sentry.io, SENTRY_ORG and
        SENTRY_PROJECT what an issue's name may leave out. docs/fix.md has the exit codes and the object.

        """;

    public bool Json { get; init; }

    public bool Force { get; init; }

    public bool PullRequest { get; init; }

    /// <summary>True or false as asked; null to ask a person.</summary>
    public bool? Apply { get; init; }

    public bool DryRun { get; init; }

    public bool Yes { get; init; }

    public bool Local { get; init; }

    public bool Undo { get; init; }

    public bool Login { get; init; }

    public bool Logout { get; init; }

    /// <summary>The server to log in at; null for the one the environment names.</summary>
    public string? Url { get; init; }

    /// <summary>Nothing kept from earlier runs is believed.</summary>
    public bool Fresh { get; init; }

    public bool Help { get; init; }

    public string Stop { get; init; } = "code_changes";

    public string? Instruction { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Working trees by repository; the empty name is for any.</summary>
    public Dictionary<string, string> Folders { get; init; } = [];

    /// <summary>The members of the object to print; all when empty.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <exception cref="FixException">The options cannot be used.</exception>
    public static FixOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new FixOptions("");
        List<string> words = [];
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            var equals = argument.StartsWith("--", StringComparison.Ordinal) ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
            var (name, value) = equals > 0 ? (argument[..equals], argument[(equals + 1)..]) : (argument, null);
            if (name is "--dir" or "--stop" or "--instruction" or "--timeout" or "--fields" or "--url")
            {
                value ??= ++i < arguments.Length ? arguments[i] : throw Unusable($"{name} needs a value.");
                options = options.With(name, value);
                continue;
            }

            options = (value is null ? name : "") switch
            {
                "--help" or "-h" => options with { Help = true },
                "--json" => options with { Json = true },
                "--force" => options with { Force = true },
                "--fresh" => options with { Fresh = true },
                "--pr" => options with { PullRequest = true },
                "--apply" => options with { Apply = true },
                "--no-apply" => options with { Apply = false },
                "--dry-run" => options with { DryRun = true },
                "--yes" or "-y" => options with { Yes = true },
                "--local" => options with { Local = true },
                _ when argument.Length > 1 && argument[0] == '-' => throw Unusable($"There is no option {SafeText.Line(argument, 60)} for fix."),
                _ => options.Word(words, argument),
            };
        }

        options = options with { Undo = words is ["undo"], Login = words is ["login"], Logout = words is ["logout"], Issue = words is [var issue and not ("undo" or "login" or "logout")] ? issue : "" };
        return options.Help || options.Undo || options.Login || options.Logout || options.Issue.Length > 0 ? options : throw Unusable("fix takes one issue.");
    }

    private FixOptions Word(List<string> words, string word)
    {
        words.Add(word);
        return this;
    }

    private FixOptions With(string name, string value)
    {
        switch (name)
        {
            case "--dir":
                // REPO=DIR names a repository, which has a slash and no other mark of a path.
                var mark = value.IndexOf('=', StringComparison.Ordinal);
                var (repository, folder) = mark > 0 && !Directory.Exists(value) ? (value[..mark], value[(mark + 1)..]) : ("", value);
                return this with { Folders = new Dictionary<string, string>(Folders, StringComparer.OrdinalIgnoreCase) { [repository] = Path.GetFullPath(folder) } };
            case "--stop":
                return SeerState.Steps.Contains(value) ? this with { Stop = value } : throw Unusable("--stop takes root_cause, solution or code_changes.");
            case "--timeout":
                return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86400
                    ? this with { Timeout = TimeSpan.FromSeconds(seconds) }
                    : throw Unusable("--timeout takes seconds, from 1 to 86400.");
            case "--url":
                return this with { Url = value };
            case "--fields":
                return this with { Fields = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), Json = true };
            default:
                return this with { Instruction = value };
        }
    }

    private static FixException Unusable(string why) => new(FixFailure.Usage, why + " opensre fix --help lists what there is.");
}

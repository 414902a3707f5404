using System.Text;
using System.Text.RegularExpressions;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

internal enum RouteKind
{
    Command,
    UnknownCommand,

    /// <summary>A command line of the person's own shell.</summary>
    Shell,

    /// <summary>A question about the last investigation.</summary>
    FollowUp,
    Investigate,

    /// <summary>The input before this one was taken for the wrong thing.</summary>
    Correction,

    /// <summary>Something later investigations are to leave out.</summary>
    Remember,

    /// <summary>Nothing can be done with it; the text is the sentence that says why.</summary>
    Refused,
}

/// <summary>What an input was understood as.</summary>
internal sealed record Route(RouteKind Kind, string Text, CommandCall? Call = null);

/// <summary>Decides what an input is, always the same way and without a model; of doubtful words a session may ask one afterwards.</summary>
internal sealed partial class Router(CommandRegistry commands)
{
    private const int LargestMention = 256 * 1024;

    /// <param name="last">The last investigation, if there was one.</param>
    public Route Read(string input, CaseFile? last)
    {
        var text = input.Trim();
        if (text.StartsWith('!') && text.Length > 1)
        {
            return new Route(RouteKind.Shell, text[1..].Trim());
        }

        if (!File.Exists(text) && commands.Read(text) is { } call)
        {
            return new Route(call.Command is null ? RouteKind.UnknownCommand : RouteKind.Command, text, call);
        }

        if (IsCorrection(text))
        {
            return new Route(RouteKind.Correction, text);
        }

        if (last is not null && FollowUp.Answer(last, text) is { } answer)
        {
            return new Route(RouteKind.FollowUp, answer);
        }

        if (last is not null && Omissions().IsMatch(text))
        {
            return new Route(RouteKind.Remember, text);
        }

        return Subject(text);
    }

    public static bool IsCorrection(string text) => Corrections().IsMatch(text.Trim());

    /// <summary>What is to be investigated: the words, or the files they name.</summary>
    public static Route Subject(string text)
    {
        var isFile = Mention().Match(text) is { Success: true } only && only.Length == text.Length;
        var path = isFile ? text[1..].Trim('"') : text;
        var given = InputText.Of(path);
        if (isFile && given.Error is null && !File.Exists(InputText.Whole(path)))
        {
            return new Route(RouteKind.Refused, $"There is no file {SafeText.Line(path, 120)}.");
        }

        if (given.Error is not null)
        {
            return new Route(RouteKind.Refused, given.Error);
        }

        return given.Text == text && text.Contains('@') ? WithMentions(text) : new Route(RouteKind.Investigate, given.Text);
    }

    /// <summary>"No, that was a follow-up", "that was a new alert", "not a question".</summary>
    [GeneratedRegex(@"^(no[,.! ]+)?(i meant|(that|this|it) (was|is)|not) (it )?(meant )?(as )?(a |an |about )?(follow-?up|question|new (alert|one|incident|problem|thing)|alert|something new|something else|the last one)( question)?( instead)?[.! ]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Corrections();

    /// <summary>"Ignore redis", "don't look at the cache": an order, not something that is wrong.</summary>
    [GeneratedRegex(@"^(please\s+)?(ignore|leave\s+out|forget\s+about|do(n'?t|\s+not)\s+look\s+at)\s+\S.{0,120}$", RegexOptions.IgnoreCase)]
    private static partial Regex Omissions();

    /// <summary>A file that is meant: <c>@path</c>, or <c>@"a path with spaces"</c>, where a word may begin.</summary>
    [GeneratedRegex("""(?<!\S)@(?:"(?<path>[^"\n]+)"|(?<path>[^\s"]\S*))""")]
    private static partial Regex Mention();

    private static string Named(Match mention) => mention.Groups["path"].Value;

    /// <summary>Each @file that exists is followed by what stands in it.</summary>
    private static Route WithMentions(string text)
    {
        var whole = new StringBuilder(text);
        foreach (var path in Mention().Matches(text).Select(Named).Distinct(StringComparer.Ordinal))
        {
            var named = File.Exists(InputText.Whole(path)) ? path : path.TrimEnd(',', '.', ';', ')');
            if (File.Exists(InputText.Whole(named)) && InputText.Of(named) is var file)
            {
                if (file.Error is not null)
                {
                    return new Route(RouteKind.Refused, file.Error);
                }

                whole.Append('\n').Append(file.Text.AsSpan(0, Math.Min(file.Text.Length, LargestMention)));
            }
        }

        return new Route(RouteKind.Investigate, whole.ToString());
    }
}

using System.Text;
using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>A diff for a person: clean, and coloured where that is wanted.</summary>
internal static class FixDiff
{
    public static string Coloured(string diff, Look look)
    {
        var text = new StringBuilder(diff.Length + 64);
        foreach (var line in diff.TrimEnd('\n').Split('\n'))
        {
            var clean = SafeText.Clean(line, keepLines: false);
            text.Append(clean.Length == 0 ? "" : clean[0] switch
            {
                '+' => look.Good(clean),
                '-' => look.Bad(clean),
                '@' => look.Accent(clean),
                ' ' => clean,
                _ => look.Bold(clean),
            }).Append('\n');
        }

        return text.ToString();
    }
}

using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>Findings as lines, each as soon as it is known, and how many there were of each state.</summary>
internal sealed class FindingList(TextWriter output, Look look)
{
    private const int NameWidth = 11;
    private readonly int[] _counts = new int[3];

    public int Missing => _counts[(int)FindingState.Missing] + _counts[(int)FindingState.Refused];

    public void Write(Finding finding)
    {
        _counts[(int)finding.State]++;
        var state = finding.State switch
        {
            FindingState.Ok => look.Good("ok     "),
            FindingState.Refused => look.Bad("refused"),
            _ => look.Warn("missing"),
        };
        output.Write($"{state}  {finding.Name.PadRight(NameWidth)}{SafeText.Clean(finding.Detail, keepLines: false)}\n");
        if (finding.Fix.Length > 0)
        {
            output.Write($"{new string(' ', 9 + NameWidth)}{look.Dim("→ " + SafeText.Clean(finding.Fix, keepLines: false))}\n");
        }

        output.Flush();
    }

    /// <summary>The counts, and a sentence about what they mean.</summary>
    public void End(string sentence) => output.Write($"\n{_counts[0]} ok, {_counts[1]} missing, {_counts[2]} refused. {sentence}\n");
}

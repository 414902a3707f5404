using System.Text;
using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>Text from outside, cut at every place, on every way to the screen: none of its sequences gets there.</summary>
public sealed class HostileTextTests : LiveHarness
{
    private static readonly string[] Payloads =
    [
        "\u001b[2J", "\u001b[31;1m", "\u001b[6n", "\u001b]0;owned\u0007", "\u001b]0;owned\u001b\\", "\u001b]52;c;aGk=\u0007", "\u001b]8;;http://evil\u001b\\x", "\u001bP1;2q#0\u001b\\",
        "\u001b_apc\u001b\\", "\u001b^pm\u001b\\", "\u001bXsos\u001b\\", "\u001bc", "\u001b(0", "\u009b31m", "\u009d0;owned\u009c", "\u0090q\u009c", "\u0007\u0008\u000b\u000c\u007f", "\rfake› ", "\u001b]0;never ended",
    ];

    public static TheoryData<int> All => [.. Enumerable.Range(0, Payloads.Length)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task No_sequence_of_it_reaches_the_terminal(int number)
    {
        var payload = Payloads[number];
        Directory.CreateDirectory(Path.Combine(_folder, "files"));
        File.WriteAllText(Path.Combine(_folder, "files", "name" + payload.Replace("/", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal) + "end"), "x");
        File.WriteAllText(Path.Combine(_folder, "files", "name-of-a-usual-kind"), "x");
        Start();
        for (var cut = 0; cut <= payload.Length; cut++)
        {
            var (left, right) = ("before" + payload[..cut], payload[cut..] + "after\n");
            _live!.Show(new MessageDelta(left));
            _live.Show(new MessageDelta(right));
            _live.Show(new InvestigationFinished(0, 0, TimeSpan.Zero));
            using var writer = new RowWriter(_live.Print);
            await writer.WriteAsync(left);
            await writer.WriteAsync(right);
        }

        _live!.Show(new InvestigationStarted(payload, payload));
        _live.Show(new ToolStarted("t1", ToolCall.With("tool" + payload, ("a", payload)), payload));
        _live.Show(new ToolFinished("t1", "o1", ToolStatus.Failed, payload, 1, TimeSpan.Zero));
        _live.Show(new EvidenceFound(SampleRun.Full with { Claim = payload, Quote = payload + "q" }));
        _live.Session.Alerts.Arrive(new AlertArrival(payload, payload, [SampleRun.Alert with { Name = "alert" + payload, Summary = payload }]));
        _live.Page("page" + payload, [Row.Of(payload)]);
        See("page");
        Type("q");
        Wait(() => Count("page") == 0, "the page to go");
        _live.Session.History.Add("typed" + payload);
        Type("@files/");
        See("name-of-a-usual-kind");
        Type("\u0015/history typed\r");
        See("  typed");
        Type("/alerts\r");
        See("fires alert");
        See("idle");
        Assert.Empty(_terminal.Look(s => s.Refused));
        Assert.Null(_terminal.Look(s => s.Title));
        var log = Encoding.UTF8.GetString(_terminal.Log.ToArray());
        Assert.DoesNotContain(log, c => c is >= '\u0080' and <= '\u009f' or '\u0007' or '\u0008' or '\u000b' or '\u000c' or '\u007f');
        foreach (var forbidden in new[] { "\u001b]0", "\u001b]52", "\u001b[6n", "\u001bP", "\u001b_", "\u001b^", "\u001bX", "\u001bc", "\u001b(", "\u001b[2J", "\u001b[31;1m", "evil\u001b" })
        {
            Assert.DoesNotContain(forbidden, log, StringComparison.Ordinal);
        }

        // One prompt, and no row that only looks like one.
        Assert.Single(_terminal.Look(s => s.All()), r => r == "›");
    }
}

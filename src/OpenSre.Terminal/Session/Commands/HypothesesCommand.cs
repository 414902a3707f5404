using OpenSre.Investigation;

namespace OpenSre.Terminal;

internal sealed class HypothesesCommand : ISessionCommand
{
    private const int WideBar = 20;
    private const int NarrowBar = 8;
    private const int Narrow = 64;

    public CommandInfo Info { get; } = new("/hypotheses", "/hypotheses", "what could be the cause, how likely each is, and what speaks for and against it; also while it runs", "/hypotheses");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var ranked = session.Run is { } run ? run.Leading : session.Last?.Diagnosis?.Ranked ?? [];
        if (ranked.Count == 0)
        {
            session.Say(session.Run is null && session.Last is null ? LastCommand.Nothing : "Nothing has been weighed yet.");
            return Task.CompletedTask;
        }

        // Where there is little room, what speaks for and against stands below the bar and not beside it.
        var isNarrow = session.View.Columns is > 0 and < Narrow;
        var bar = isNarrow ? NarrowBar : WideBar;
        var side = new string(' ', isNarrow ? 4 : bar + 9);
        foreach (var hypothesis in ranked.Take(8))
        {
            var full = Math.Clamp((int)Math.Round(hypothesis.Probability * bar), 0, bar);
            session.View.Print(new Row { Hanging = bar + 9 }.Add("  ").Add(new string('█', full), Ink.Accent).Add(new string('░', bar - full), Ink.Dim)
                .Add($" {HypothesisWords.Percent(hypothesis.Probability),5} ", Ink.Bold).Add(HypothesisWords.Statement(hypothesis)).Add(hypothesis.Contested ? " (contested)" : "", Ink.Warn));
            Side("for", hypothesis.Supporting, Ink.Good);
            Side("against", hypothesis.Contradicting, Ink.Bad);
        }

        if (session.Run is not null)
        {
            session.View.Print(Row.Of("  as it stands now; the investigation goes on", Ink.Dim));
        }

        return Task.CompletedTask;

        void Side(string word, IReadOnlyList<string> ids, Ink ink)
        {
            foreach (var id in ids.Take(3))
            {
                var claim = session.Run is null ? session.Last?.Ledger.FindEvidence(id)?.Claim : null;
                session.View.Print(new Row { Hanging = side.Length + 8 }.Add(side).Add(word.PadRight(8), ink).Add(id, Ink.Accent).Add(claim is null ? "" : " " + claim, Ink.Dim));
            }

            if (ids.Count > 3)
            {
                session.View.Print(Row.Of($"{side}        and {ids.Count - 3} more", Ink.Dim));
            }
        }
    }
}

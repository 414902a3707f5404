using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Terminal;

internal sealed class ContextCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/context", "/context [NAME=VALUE|ignore X|forget N|forget all]", "what the session knows and tells every investigation: places, corrections, conclusions", "/context namespace=shop");

    public Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var words = CommandWords.Of(argument);
        var facts = session.Context.Facts;
        if (words.Count == 0)
        {
            Show(session, facts);
        }
        else if (words[0].Equals("forget", StringComparison.OrdinalIgnoreCase) && words.Count == 2)
        {
            Forget(session, facts, words[1]);
        }
        else if (words.All(w => w.IndexOf('=') is > 0 and var at && at < w.Length - 1 && w[..at].All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.')))
        {
            foreach (var word in words)
            {
                var at = word.IndexOf('=');
                session.Remember(new SessionNote(word[..at].ToLowerInvariant(), Redaction.Apply(SafeText.Line(word[(at + 1)..], 200)), SessionContext.You));
            }

            Show(session, session.Context.Facts);
        }
        else if (SessionContext.IsCorrection(argument))
        {
            session.Remember(new SessionNote("", Redaction.Apply(SafeText.Line(argument, 300)), SessionContext.You));
            Show(session, session.Context.Facts);
        }
        else
        {
            session.Say("Say NAME=VALUE, such as /context namespace=shop; a correction, such as /context ignore redis; or /context forget 2.");
        }

        return Task.CompletedTask;
    }

    private static void Forget(Session session, IReadOnlyList<ContextFact> facts, string which)
    {
        var gone = which.Equals("all", StringComparison.OrdinalIgnoreCase) ? facts
            : int.TryParse(which, out var number) && number >= 1 && number <= facts.Count ? [facts[number - 1]]
            : [.. facts.Where(f => f.Name.Equals(which, StringComparison.OrdinalIgnoreCase) && f.Name.Length > 0)];
        foreach (var fact in gone)
        {
            session.Remember(new SessionNote(fact.Name, null, fact.Name.Length > 0 ? SessionContext.You : fact.Value));
        }

        session.Say(gone.Count == 0 ? "There is nothing of that number or name; /context shows what there is." : $"Forgotten: {string.Join(", ", gone.Select(f => f.Name.Length > 0 ? f.Name : f.Value))}.");
    }

    private static void Show(Session session, IReadOnlyList<ContextFact> facts)
    {
        for (var i = 0; i < facts.Count; i++)
        {
            var fact = facts[i];
            session.View.Print(new Row { Hanging = 6 }.Add($"  {i + 1}  ", Ink.Dim).Add(fact.Name.Length > 0 ? fact.Name : "correction", Ink.Accent).Add("  ").Add(fact.Value)
                .Add(fact.IsSaid ? "  said by you" : $"  from the alert {fact.Origin}", Ink.Dim));
        }

        foreach (var file in session.Cases.Where(c => c.Diagnosis is not null).TakeLast(5))
        {
            session.View.Print(new Row { Hanging = 16 }.Add("     ").Add("concluded", Ink.Accent).Add("  ").Add($"{file.Incident.Primary.Name} → {file.Diagnosis!.Summary}"));
        }

        if (facts.Count == 0 && session.CaseCount == 0)
        {
            session.Say("Nothing is remembered yet. Places are read from alerts; say others as in /context namespace=shop, or a correction as in /context ignore redis.");
        }
    }
}

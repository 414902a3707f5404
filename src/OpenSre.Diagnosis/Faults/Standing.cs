using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// How much of its probability a state keeps as the answer when no cause beneath it was found. The rest goes to "something no
/// check knows", at the same place: that a service starts and dies again and again is certain, and yet no root cause.
/// </summary>
/// <param name="Alone">The share it keeps, 0 … 1, when nothing says how it came about.</param>
public sealed record Standing(double Alone)
{
    /// <summary>Below what a verdict needs: the state is never the answer, only its place.</summary>
    public const double PlaceOnly = 0.4;

    /// <summary>A sign of something that is known by name: hardly more than a way to it.</summary>
    private const double Known = 0.1;

    /// <summary>An answer, but not one to be sure of: what could lie beneath was looked for, or the thing itself gave a reason no check knows.</summary>
    public const double Likely = 0.75;

    /// <summary>Families of evidence that say how it came about, with the share it keeps where one of them speaks for it.</summary>
    public IReadOnlyDictionary<string, double> Told { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Tools that would show what lies beneath. One that was asked in vain refutes nothing: the state is then a place only.</summary>
    public IReadOnlyList<string> Beneath { get; init; } = [];

    /// <summary>What is out of sight from here stands for itself: an endpoint of another machine.</summary>
    public bool OnlyHere { get; init; }

    /// <summary>The share a hypothesis keeps.</summary>
    internal double Share(CheckContext context, Candidate candidate)
    {
        if (OnlyHere)
        {
            return Entities.Behind(context, candidate.Entity) is not null ? Known : Entities.IsHere(context, candidate.Entity) ? Alone : 1;
        }

        var told = candidate.For.Where(f => f.Evidence.Currency != Currency.Past).Select(f => Told.GetValueOrDefault(f.Evidence.Family)).DefaultIfEmpty(0).Max();
        var share = told > 0 ? told : Alone;
        return Beneath.Any(tool => told < 1 && context.WasAskedInVain(tool)) ? Math.Min(share, PlaceOnly) : share;
    }
}

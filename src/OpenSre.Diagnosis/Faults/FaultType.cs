using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// How deep a fault lies. A deeper fault explains a shallower one of a linked entity; the shallower is then an effect.
/// </summary>
public enum FaultDepth
{
    /// <summary>What is seen from outside: a refused connection, an error answer.</summary>
    Sign = 0,

    /// <summary>The state something is in: stopped, restarting, unhealthy.</summary>
    State = 1,

    /// <summary>Why it is in that state, as far as the thing itself can tell.</summary>
    Reason = 2,

    /// <summary>Something the thing depends on: a resource, a certificate, a resolver.</summary>
    Resource = 3,
}

/// <summary>A kind of fault the engine can name.</summary>
/// <param name="Id">Dotted name: subject, then what is wrong with it.</param>
/// <param name="Title">A sentence about the entity, which stands at {0}.</param>
/// <param name="Causes">The symptoms it can show as.</param>
/// <param name="Prior">Natural-log odds before any evidence.</param>
public sealed record FaultType(string Id, string Title, FaultDepth Depth, Symptom Causes, double Prior = -4)
{
    /// <summary>What a person could look at or do, with {0} for the entity's name; commands are never run by the engine.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>The sentence where the whole machine is meant and no part of it; <see cref="Title"/> when null.</summary>
    public string? HostTitle { get; init; }

    /// <summary>It says where trouble is but not why: alone it is never a root cause.</summary>
    public bool IsOpen { get; init; }

    /// <summary>
    /// It stands in for causes nobody knows, and gives way to a cause that rests on the same fact.
    /// </summary>
    public bool GivesWay { get; init; }

    /// <summary>
    /// For a state or a sign, which something always brings about: how far it is an answer by itself. Null for what needs no
    /// further cause.
    /// </summary>
    public Standing? Standing { get; init; }

    public string Describe(Entity entity) => string.Format(entity.Kind == EntityKind.Host ? HostTitle ?? Title : Title, entity.Name);
}

using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// The entities of an incident and how they hang together. A fault travels from what is used to its user, so distance
/// is walked from the user: along Uses and DependsOn, and along PartOf both ways.
/// </summary>
public sealed class EntityGraph
{
    private readonly Dictionary<Entity, List<Entity>> _towardsCauses = [];

    public EntityGraph(IEnumerable<Relation> relations)
    {
        foreach (var relation in relations)
        {
            Link(relation.From, relation.To);
            if (relation.Kind == RelationKind.PartOf)
            {
                Link(relation.To, relation.From);
            }
        }
    }

    public bool Knows(Entity entity) => _towardsCauses.ContainsKey(entity);

    public IEnumerable<Entity> Entities => _towardsCauses.Keys;

    /// <summary>Steps from any of the starting entities towards what could cause their trouble.</summary>
    public Dictionary<Entity, int> Distances(IEnumerable<Entity> from, int limit)
    {
        Dictionary<Entity, int> distances = [];
        Queue<Entity> queue = new();
        foreach (var start in from)
        {
            if (distances.TryAdd(start, 0))
            {
                queue.Enqueue(start);
            }
        }

        while (queue.TryDequeue(out var entity))
        {
            var next = distances[entity] + 1;
            if (next > limit || !_towardsCauses.TryGetValue(entity, out var neighbours))
            {
                continue;
            }

            foreach (var neighbour in neighbours)
            {
                if (distances.TryAdd(neighbour, next))
                {
                    queue.Enqueue(neighbour);
                }
            }
        }

        return distances;
    }

    private void Link(Entity from, Entity to)
    {
        if (!_towardsCauses.TryGetValue(from, out var list))
        {
            _towardsCauses.Add(from, list = []);
        }

        if (!list.Contains(to))
        {
            list.Add(to);
        }

        _towardsCauses.TryAdd(to, []);
    }
}

using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OpenSre.Home;

/// <summary>
/// Reads a house that is written down: <c>floors</c> (name, id), <c>areas</c> (name, id, floor) and <c>entities</c>
/// (name, id, area, <c>attributes.device_class</c>). This is the form in which sentences for voice assistants are tested.
/// A name may have an optional part in brackets: <c>Joe[']s</c> is Joes and Joe's.
/// </summary>
public static class HouseFile
{
    /// <exception cref="InvalidDataException">It is not YAML, or not a house.</exception>
    public static House Read(TextReader text)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(text);
            if (yaml.Documents.Count == 0 || yaml.Documents[0].RootNode is not YamlMappingNode root)
            {
                throw new InvalidDataException("a house is a mapping with floors, areas and entities");
            }

            var entities = Items(root, "entities").ToList();
            return new House(
                [.. Items(root, "floors").Select(f => new Floor(Text(f, "id") ?? Required(f, "name"), Required(f, "name"), []))],
                [.. Items(root, "areas").Select(a => new Area(Text(a, "id") ?? Required(a, "name"), Required(a, "name"), [], Text(a, "floor")))],
                [.. entities.Select(Entity), .. Zones(entities)],
                []);
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"not a house in YAML: {e.Message}", e);
        }
    }

    private static HomeEntity Entity(YamlMappingNode entity)
    {
        var written = Required(entity, "name");
        var id = Text(entity, "id") ?? Identifier(Text(entity, "domain") ?? throw new InvalidDataException($"the entity '{written}' has neither id nor domain"), written);
        var attributes = Child(entity, "attributes") as YamlMappingNode;
        var names = WithOptionalParts(written);
        return new HomeEntity(id, names[0], [.. names.Skip(1)], Text(entity, "area"), attributes is null ? null : Text(attributes, "device_class"));
    }

    /// <summary>Where its people are is a zone it has.</summary>
    private static IEnumerable<HomeEntity> Zones(IEnumerable<YamlMappingNode> entities) => entities
        .Where(e => Text(e, "id") is { } id && id.StartsWith("person.", StringComparison.Ordinal))
        .Select(e => Text(e, "state")).OfType<string>().Where(s => s is not ("home" or "not_home" or "unknown" or "unavailable"))
        .Distinct(StringComparer.OrdinalIgnoreCase).Select(s => new HomeEntity(Identifier("zone", s), s, [], null, null));

    internal static string Identifier(string domain, string name) => $"{domain}.{name.ToLowerInvariant().Replace(' ', '_')}";

    /// <summary>The name without what is in brackets first, then with it.</summary>
    internal static IReadOnlyList<string> WithOptionalParts(string name)
    {
        var open = name.IndexOf('[', StringComparison.Ordinal);
        var close = name.IndexOf(']', StringComparison.Ordinal);
        return open < 0 || close < open ? [name] : [name[..open] + name[(close + 1)..], name[..open] + name[(open + 1)..close] + name[(close + 1)..]];
    }

    private static IEnumerable<YamlMappingNode> Items(YamlMappingNode root, string key) => Child(root, key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children.OfType<YamlMappingNode>(),
        _ => throw new InvalidDataException($"'{key}' is not a list"),
    };

    private static YamlNode? Child(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static string? Text(YamlMappingNode node, string key) => Child(node, key) is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;

    private static string Required(YamlMappingNode node, string key) => Text(node, key) ?? throw new InvalidDataException($"an entry at line {node.Start.Line} has no {key}");
}

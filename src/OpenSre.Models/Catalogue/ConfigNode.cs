using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OpenSre.Models;

/// <summary>
/// A mapping of <c>config.yaml</c>. What is wrong is said with its place. Secrets never stand in the file: they are
/// written as <c>${NAME}</c>, and <see cref="Variable"/> gives the name.
/// </summary>
public sealed partial class ConfigNode(YamlMappingNode mapping, string path)
{
    /// <summary>The top of a file; null when it holds nothing.</summary>
    /// <exception cref="InvalidDataException">The text is no YAML; the message says where.</exception>
    public static ConfigNode? Parse(string yaml, string path)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"{path}, line {e.Start.Line} cannot be read: {e.Message}", e);
        }

        return stream.Documents.Count == 0 || stream.Documents[0].RootNode is not YamlMappingNode root ? null : new ConfigNode(root, path);
    }

    /// <summary>The names in this mapping, in the order of the file.</summary>
    public IEnumerable<string> Names => mapping.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "");

    public InvalidDataException Error(string sentence) => new($"{path}, line {mapping.Start.Line}: {sentence}");

    public string? Text(string name) => Find(name) is YamlScalarNode { Value: { Length: > 0 } value } ? value : null;

    public int? Integer(string name) => Text(name) is not { } text ? null
        : int.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Error($"{name} is {text}; it must be a whole number");

    public decimal? Number(string name) => Text(name) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number
        : throw Error($"{name} is {text}; it must be a number such as 0.50");

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        var other => throw Error($"{name} is {other}; it must be true or false"),
    };

    /// <summary>A span such as <c>90s</c>, <c>10m</c>, <c>26h</c> or <c>7d</c>; a bare number is seconds.</summary>
    public TimeSpan? Duration(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        var digits = unit == 0 ? text : text[..^1];
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 1e8
            ? TimeSpan.FromSeconds(number * Math.Max(unit, 1))
            : throw Error($"{name} is {text}; it must be a span such as 90s, 10m, 26h or 7d");
    }

    /// <summary>A time of day such as <c>22:00</c>.</summary>
    public TimeOnly? TimeOfDay(string name) => Text(name) is not { } text ? null
        : TimeOnly.TryParseExact(text, ["H:mm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
        : throw Error($"{name} is {text}; it must be a time of day such as 22:00");

    public IReadOnlyList<string> List(string name) => Find(name) switch
    {
        YamlSequenceNode sequence => [.. sequence.Children.OfType<YamlScalarNode>().Select(s => s.Value ?? "")],
        YamlScalarNode { Value: { Length: > 0 } value } => [value],
        _ => [],
    };

    /// <summary>A mapping within; null where there is none or a single word.</summary>
    /// <exception cref="InvalidDataException">There is a list.</exception>
    public ConfigNode? Child(string name) => Find(name) switch
    {
        YamlMappingNode child => new ConfigNode(child, path),
        YamlSequenceNode => throw Error($"{name} is a list; it must be names with values, without dashes"),
        _ => null,
    };

    public IEnumerable<(string Name, ConfigNode Node)> Children(string name) => Find(name) is YamlMappingNode child
        ? child.Children.Where(c => c.Value is YamlMappingNode).Select(c => (((YamlScalarNode)c.Key).Value ?? "", new ConfigNode((YamlMappingNode)c.Value, path)))
        : [];

    /// <summary>The mappings of a list; none where there is no list.</summary>
    /// <exception cref="InvalidDataException">There is a mapping in place of the list.</exception>
    public IEnumerable<ConfigNode> Items(string name) => Find(name) switch
    {
        YamlSequenceNode sequence => sequence.Children.OfType<YamlMappingNode>().Select(c => new ConfigNode(c, path)),
        YamlMappingNode => throw Error($"{name} must be a list: each entry begins with a dash"),
        _ => [],
    };

    /// <summary>The variable a secret is taken from; a secret written out is refused.</summary>
    public string? Variable(string name) => Text(name) is { } text ? VariableOf(name, text) : null;

    public IReadOnlyDictionary<string, string> Variables(string name) => Find(name) is YamlMappingNode child
        ? child.Children.ToDictionary(c => ((YamlScalarNode)c.Key).Value ?? "", c => VariableOf($"{name}.{c.Key}", (c.Value as YamlScalarNode)?.Value ?? ""), StringComparer.Ordinal)
        : new Dictionary<string, string>();

    private string VariableOf(string name, string text) => Reference().Match(text) is { Success: true } match
        ? match.Groups["name"].Value
        : throw Error($"{name} must name an environment variable, as in {name}: ${{MY_KEY}}; secrets do not belong into this file");

    private YamlNode? Find(string name) => mapping.Children.TryGetValue(new YamlScalarNode(name), out var node) ? node : null;

    [GeneratedRegex(@"^\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}$")]
    private static partial Regex Reference();
}

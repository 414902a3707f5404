using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace OpenSre.Models;

/// <summary>Servers in <c>config.yaml</c>, added and taken out in the text, so that comments and the rest stay as they are.</summary>
public static partial class McpEntries
{
    private const string Block = "mcp:\n  servers:\n";

    /// <exception cref="InvalidDataException">There is one of that name, or <c>mcp:</c> is written in a way that cannot be added to.</exception>
    public static string Add(string yaml, string name, IReadOnlyList<string> command, string? url)
    {
        if (ModelConfiguration.Parse(yaml).McpServers.Any(s => s.Name == name))
        {
            throw new InvalidDataException($"there is a server {name} already; opensre mcp remove {name} takes it out");
        }

        // A list of JSON strings is one of YAML as well.
        var entry = url is null ? $"{name}: {{ command: [{string.Join(", ", command.Select(Quoted))}] }}" : $"{name}: {{ url: {Quoted(url)} }}";
        var lines = Lines(yaml);
        var mcp = lines.FindIndex(l => l.StartsWith("mcp:", StringComparison.Ordinal));
        if (mcp < 0)
        {
            return $"{yaml}{(yaml.Length == 0 || yaml.EndsWith('\n') ? "" : "\n")}{Block}    {entry}\n";
        }

        var servers = lines.FindIndex(mcp + 1, l => Servers().IsMatch(l));
        var next = lines.FindIndex(mcp + 1, l => l.Length > 0 && !char.IsWhiteSpace(l[0]) && l[0] != '#');
        if (servers < 0 || (next >= 0 && servers > next))
        {
            throw new InvalidDataException("config.yaml has mcp: without a line servers: of its own; add the server there by hand");
        }

        var indent = lines.Skip(servers + 1).FirstOrDefault(l => l.TrimStart() is { Length: > 0 } t && t[0] != '#') is { } below && Indent(below) > Indent(lines[servers]) ? Indent(below) : Indent(lines[servers]) + 2;
        lines.Insert(servers + 1, new string(' ', indent) + entry);
        return string.Join('\n', lines);
    }

    /// <summary>Null when there is none of that name, or it is not written on lines of its own.</summary>
    public static string? Remove(string yaml, string name)
    {
        if (ModelConfiguration.Parse(yaml).McpServers.All(s => s.Name != name))
        {
            return null;
        }

        var lines = Lines(yaml);
        var servers = lines.FindIndex(l => Servers().IsMatch(l));
        var at = servers < 0 ? -1 : lines.FindIndex(servers + 1, l => l.TrimStart().StartsWith(name + ":", StringComparison.Ordinal));
        if (at < 0)
        {
            return null;
        }

        var count = 1;
        while (at + count < lines.Count && lines[at + count].Trim().Length > 0 && Indent(lines[at + count]) > Indent(lines[at]))
        {
            count++;
        }

        lines.RemoveRange(at, count);
        return string.Join('\n', lines);
    }

    private static List<string> Lines(string yaml) => [.. yaml.Split('\n')];

    private static int Indent(string line) => line.Length - line.TrimStart(' ').Length;

    private static string Quoted(string text) => JsonSerializer.Serialize(text, TextJson.Default.String);

    [GeneratedRegex(@"^ +servers:\s*(#.*)?\r?$")]
    private static partial Regex Servers();
}

[JsonSerializable(typeof(string))]
internal sealed partial class TextJson : JsonSerializerContext;

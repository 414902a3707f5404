using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OpenSre.Fleet;

/// <summary>
/// <c>agents.yaml</c>, which the original shares and refuses when it finds a key it does not know, and beside it
/// <c>agents-settings.yaml</c> with what only we know: daily and fleet budgets, actions, own patterns of agents.
/// </summary>
public sealed record FleetSettings(IReadOnlyDictionary<string, AgentBudget> Agents, decimal? FleetHourly, decimal? FleetDaily, IReadOnlyList<ToolRule> Patterns, string? Problem)
{
    public const string FileName = "agents.yaml";
    public const string OwnFileName = "agents-settings.yaml";

    private static readonly string[] Actions = ["notify", "pause", "stop"];

    /// <summary>The budget of a name, else that of its kind.</summary>
    public AgentBudget? BudgetOf(string name, string tool) => Agents.GetValueOrDefault(name) ?? Agents.GetValueOrDefault(tool);

    /// <summary>Reads both files. What cannot be used is left out and said in <see cref="Problem"/>.</summary>
    public static FleetSettings Read(FleetHome home)
    {
        Dictionary<string, AgentBudget> agents = new(StringComparer.Ordinal);
        List<ToolRule> patterns = [];
        List<string> problems = [];
        foreach (var (name, fields) in Entries(home.File(FileName), "agents", problems))
        {
            agents[name] = new AgentBudget(Number(fields, "hourly_budget_usd"), null, (int?)Number(fields, "progress_minutes"), Number(fields, "error_rate_pct"), Text(fields, "model"), Number(fields, "input_usd_per_million_tokens"), Number(fields, "output_usd_per_million_tokens"));
        }

        var own = home.File(OwnFileName);
        foreach (var (name, fields) in Entries(own, "agents", problems))
        {
            var action = Text(fields, "action") ?? "notify";
            if (!Actions.Contains(action))
            {
                problems.Add($"{OwnFileName}: action of {name} is one of {string.Join(", ", Actions)}");
                action = "notify";
            }

            agents[name] = (agents.GetValueOrDefault(name) ?? new AgentBudget()) with { Daily = Number(fields, "daily_budget_usd"), Action = action };
        }

        foreach (var (name, fields) in Entries(own, "patterns", problems))
        {
            string[] names = [.. new[] { Text(fields, "executable"), Text(fields, "script") }.OfType<string>()];
            if (names.Length == 0)
            {
                problems.Add($"{OwnFileName}: pattern {name} needs an executable or a script");
                continue;
            }

            patterns.Add(new ToolRule(name, names) { Needs = fields.Children.TryGetValue("arguments", out var list) && list is YamlSequenceNode words ? [.. words.OfType<YamlScalarNode>().Select(w => w.Value ?? "")] : [] });
        }

        var fleet = Entries(own, null, problems).FirstOrDefault(e => e.Name == "fleet").Fields;
        return new FleetSettings(agents, fleet is null ? null : Number(fleet, "hourly_budget_usd"), fleet is null ? null : Number(fleet, "daily_budget_usd"), patterns, problems.Count == 0 ? null : string.Join("; ", problems.Distinct(StringComparer.Ordinal)));
    }

    /// <summary>Sets the hourly budget of an agent and leaves the rest as it is. Keys are sorted, as the original writes them.</summary>
    /// <returns>The file that was written.</returns>
    /// <exception cref="InvalidDataException">The file is not what it should be and is left alone.</exception>
    public static string SetHourly(FleetHome home, string agent, decimal dollars)
    {
        var path = home.File(FileName);
        SharedFile.WhileAlone(path, () =>
        {
            List<string> problems = [];
            var entries = Entries(path, "agents", problems).ToDictionary(e => e.Name, e => e.Fields.Children.Where(c => c.Key is YamlScalarNode && c.Value is YamlScalarNode { Value.Length: > 0 }).ToDictionary(c => ((YamlScalarNode)c.Key).Value!, c => ((YamlScalarNode)c.Value).Value!, StringComparer.Ordinal), StringComparer.Ordinal);
            if (problems.Count > 0)
            {
                throw new InvalidDataException(problems[0]);
            }

            entries.TryAdd(agent, new Dictionary<string, string>(StringComparer.Ordinal));
            var text = dollars.ToString(CultureInfo.InvariantCulture);
            entries[agent]["hourly_budget_usd"] = text.Contains('.') ? text : text + ".0";
            var yaml = new StringBuilder("agents:\n");
            foreach (var (name, fields) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
            {
                yaml.Append(CultureInfo.InvariantCulture, $"  {Scalar(name)}:\n");
                foreach (var (key, value) in fields.OrderBy(f => f.Key, StringComparer.Ordinal))
                {
                    yaml.Append(CultureInfo.InvariantCulture, $"    {key}: {(key == "model" ? Scalar(value) : value)}\n");
                }
            }

            SharedFile.Replace(path, yaml.ToString());
        });
        return path;
    }

    private static string Scalar(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n")
            ? text
            : "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    private static List<(string Name, YamlMappingNode Fields)> Entries(string path, string? section, List<string> problems)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            var yaml = new YamlStream();
            using var reader = new StreamReader(path);
            yaml.Load(reader);
            if (yaml.Documents.Count == 0 || yaml.Documents[0].RootNode is not YamlMappingNode root)
            {
                return [];
            }

            var node = section is null ? root : root.Children.TryGetValue(section, out var found) ? found as YamlMappingNode : null;
            return node is null ? [] : [.. node.Children.Where(c => c.Key is YamlScalarNode && c.Value is YamlMappingNode).Select(c => (((YamlScalarNode)c.Key).Value ?? "", (YamlMappingNode)c.Value))];
        }
        catch (YamlException e)
        {
            problems.Add($"{Path.GetFileName(path)} has invalid contents: {e.Message}");
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{Path.GetFileName(path)} cannot be read: {e.Message}");
            return [];
        }
    }

    private static string? Text(YamlMappingNode fields, string key) => fields.Children.TryGetValue(key, out var node) && node is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;

    private static decimal? Number(YamlMappingNode fields, string key) =>
        decimal.TryParse(Text(fields, key), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : null;
}

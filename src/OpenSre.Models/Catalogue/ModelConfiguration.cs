using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Models;

/// <summary>What <c>config.yaml</c> says of notes, runbooks and past incidents.</summary>
public sealed record KnowledgeSettings
{
    /// <summary>Files of notes besides those found by their place.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Files and folders whose notes are trusted although they lie in a project.</summary>
    public IReadOnlyList<string> Trust { get; init; } = [];

    /// <summary>Folders with runbooks besides the usual ones.</summary>
    public IReadOnlyList<string> Runbooks { get; init; } = [];

    /// <summary>How much of the notes a model is told, in bytes; null for the usual.</summary>
    public int? Bytes { get; init; }

    /// <summary>Whether investigations are remembered.</summary>
    public bool Memory { get; init; } = true;
}

/// <summary>
/// What <c>config.yaml</c> says of models. Secrets never stand in it: a key is written as <c>${NAME}</c> and looked up in
/// the environment when it is needed.
/// </summary>
public sealed partial record ModelConfiguration
{
    /// <summary>The model to use; null to detect one, "none" for none.</summary>
    public string? Model { get; init; }

    public IReadOnlyList<ModelSettings> Models { get; init; } = [];

    public AgentBudget Budget { get; init; } = DefaultBudget;

    /// <summary>US dollars a session may spend altogether; null for no limit.</summary>
    public decimal? SessionMoney { get; init; }

    public bool Offline { get; init; }

    public IReadOnlyList<string> Mask { get; init; } = [];

    public IReadOnlyList<McpServerSettings> McpServers { get; init; } = [];

    /// <summary>What is known besides the present: notes, runbooks, past incidents.</summary>
    public KnowledgeSettings Knowledge { get; init; } = new();

    public static AgentBudget DefaultBudget { get; } = new(Steps: 16, Tokens: 400_000, Money: 1.00m, Time: TimeSpan.FromMinutes(3), Parallel: 4);

    public static ModelConfiguration Empty { get; } = new();

    /// <summary>Reads <c>config.yaml</c> of a home folder; a folder without one gives <see cref="Empty"/>.</summary>
    /// <exception cref="InvalidDataException">The file cannot be used; the message says where and why.</exception>
    public static ModelConfiguration Load(string home)
    {
        var path = Path.Combine(home, "config.yaml");
        return File.Exists(path) ? Parse(File.ReadAllText(path), path) : Empty;
    }

    /// <exception cref="InvalidDataException">The text cannot be used; the message says where and why.</exception>
    public static ModelConfiguration Parse(string yaml, string path = "config.yaml")
    {
        if (ConfigNode.Parse(yaml, path) is not { } reader)
        {
            return Empty;
        }

        var budget = reader.Child("budget");
        var privacy = reader.Child("privacy");
        var knowledge = reader.Child("knowledge");
        return new ModelConfiguration
        {
            Model = reader.Text("model"),
            Models = [.. reader.Children("models").Select(m => ReadModel(m.Name, m.Node))],
            Budget = DefaultBudget with
            {
                Steps = budget?.Integer("steps") ?? DefaultBudget.Steps,
                Tokens = budget?.Integer("tokens") ?? DefaultBudget.Tokens,
                Money = budget?.Number("money") ?? DefaultBudget.Money,
                Time = budget?.Integer("seconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultBudget.Time,
                Parallel = budget?.Integer("parallel") ?? DefaultBudget.Parallel,
            },
            SessionMoney = budget?.Number("session_money"),
            Offline = privacy?.Flag("offline") ?? false,
            Mask = privacy?.List("mask") ?? [],
            Knowledge = new KnowledgeSettings
            {
                Files = knowledge?.List("files") ?? [],
                Trust = knowledge?.List("trust") ?? [],
                Runbooks = knowledge?.List("runbooks") ?? [],
                Bytes = knowledge?.Integer("bytes"),
                Memory = knowledge?.Flag("memory") ?? true,
            },
            McpServers = [.. (reader.Child("mcp")?.Children("servers") ?? []).Select(s => ReadServer(s.Name, s.Node))],
        };
    }

    /// <summary>Writes the choice of a model, and leaves the rest of the file as it is.</summary>
    public static string WithChoice(string yaml, string model)
    {
        // One line is changed in place; parsing and writing again would lose comments.
        var line = $"model: {model}";
        return ChoiceLine().IsMatch(yaml) ? ChoiceLine().Replace(yaml, line, 1) : line + "\n" + yaml;
    }

    private static ModelSettings ReadModel(string name, ConfigNode node)
    {
        var provider = node.Text("provider") ?? name;
        var preset = Presets.Find(provider) ?? throw node.Error($"models.{name}: there is no provider {provider}; there are {string.Join(", ", Presets.All.Select(p => p.Name))}");
        var url = node.Text("url");
        if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https")))
        {
            throw node.Error($"models.{name}.url is no http or https address: {url}");
        }

        var protocol = node.Text("api") switch
        {
            null => preset.Protocol,
            "responses" => ModelProtocol.OpenAiResponses,
            "chat" => ModelProtocol.OpenAiChat,
            var other => throw node.Error($"models.{name}.api is {other}; it can be responses or chat"),
        };
        var settings = preset with
        {
            Name = name,
            Protocol = protocol,
            Model = node.Text("model") ?? preset.Model,
            BaseUrl = url is null ? preset.BaseUrl : new Uri(url),
            KeyVariable = node.Variable("key") ?? preset.KeyVariable,
            Window = node.Integer("window") ?? preset.Window,
            MaxOutput = node.Integer("max_output") ?? preset.MaxOutput,
            Thinking = node.Integer("thinking") ?? preset.Thinking,
            Effort = node.Text("effort") ?? preset.Effort,
            Command = node.List("command") is { Count: > 0 } command ? command : preset.Command,
            OwnTools = node.Flag("own_tools") ?? false,
            Price = ReadPrice(node),
            From = "config.yaml",
        };

        // Azure's address names the resource; the version-less path is the same for all.
        if (preset.Name == "azure" && settings.BaseUrl is { } azure && !azure.AbsolutePath.Contains("/openai", StringComparison.Ordinal))
        {
            settings = settings with { BaseUrl = new Uri(azure.AbsoluteUri.TrimEnd('/') + "/openai/v1") };
        }

        return settings;
    }

    private static Price? ReadPrice(ConfigNode node)
    {
        if (node.Child("price") is not { } price)
        {
            return null;
        }

        var input = price.Number("input") ?? throw price.Error("price needs input and output, in US dollars for a million tokens");
        var output = price.Number("output") ?? throw price.Error("price needs input and output, in US dollars for a million tokens");
        return new Price(input, output, price.Number("cached") ?? input, price.Number("written") ?? input);
    }

    private static McpServerSettings ReadServer(string name, ConfigNode node)
    {
        var command = node.List("command");
        var url = node.Text("url");
        if (command.Count == 0 == (url is null))
        {
            throw node.Error($"mcp.servers.{name} needs either a command or a url");
        }

        if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https")))
        {
            throw node.Error($"mcp.servers.{name}.url is no http or https address: {url}");
        }

        var settings = new McpServerSettings(name, command, url is null ? null : new Uri(url), node.Variables("env"), node.Variables("headers"), node.List("allow"), node.List("deny"));
        return settings with
        {
            StartTime = node.Integer("start_seconds") is { } start ? TimeSpan.FromSeconds(start) : settings.StartTime,
            CallTime = node.Integer("seconds") is { } call ? TimeSpan.FromSeconds(call) : settings.CallTime,
            Calls = [.. node.Items("calls").Select(c => ReadCall(name, c))],
        };
    }

    private static ToolProposal ReadCall(string server, ConfigNode node)
    {
        var tool = node.Text("tool") ?? throw node.Error($"mcp.servers.{server}.calls: each needs a tool, as in - {{ tool: query, with: {{ query: '{{{{ service }}}}' }} }}");
        var arguments = node.Child("with") is { } with ? with.Names.ToDictionary(n => n, n => with.Text(n) ?? "", StringComparer.Ordinal) : [];
        return new ToolProposal(tool, arguments, node.List("about"));
    }

    [GeneratedRegex(@"^model:[^\r\n]*", RegexOptions.Multiline)]
    private static partial Regex ChoiceLine();
}

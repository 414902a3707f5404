using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.AI;

namespace OpenSre.Models;

/// <summary>A model of the list, and whether it can be used as things stand.</summary>
/// <param name="Why">What is missing when it cannot; where it was found when it can.</param>
public sealed record ModelEntry(ModelSettings Settings, bool Usable, string Why, bool Chosen);

/// <summary>What came of trying a model.</summary>
/// <param name="FirstToken">Time until the first piece of its answer.</param>
public sealed record ModelTrial(bool Works, string Sentence, TimeSpan FirstToken, TokenUsage Usage, decimal? Money);

/// <summary>
/// The models there are: lists, picks, tries and opens them. The command line and the session use this one door.
/// A model is looked for in this order: OPENSRE_MODEL, configuration, keys in the environment, agent programs on PATH,
/// Ollama on this machine; else there is none, which is no error.
/// </summary>
public sealed class ModelCatalogue
{
    private const int OllamaPatience = 150;
    private readonly Func<string, string?> _environment;
    private readonly TimeProvider _time;
    private readonly HttpMessageHandler? _handler;

    /// <param name="home">The folder of <c>config.yaml</c>.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <param name="offline">Forbids every model.</param>
    /// <param name="handler">What carries HTTP; the real network if not given.</param>
    /// <exception cref="InvalidDataException">The configuration cannot be used.</exception>
    public ModelCatalogue(string home, Func<string, string?> environment, bool offline = false, TimeProvider? time = null, HttpMessageHandler? handler = null)
        : this(home, ModelConfiguration.Load(home), environment, offline, time, handler)
    {
    }

    public ModelCatalogue(string home, ModelConfiguration configuration, Func<string, string?> environment, bool offline = false, TimeProvider? time = null, HttpMessageHandler? handler = null)
    {
        Home = home;
        Configuration = configuration;
        _environment = environment;
        _time = time ?? TimeProvider.System;
        _handler = handler;
        Offline = offline || configuration.Offline || environment("OPENSRE_OFFLINE") is "1" or "true";
    }

    public string Home { get; }

    public ModelConfiguration Configuration { get; private set; }

    public bool Offline { get; }

    /// <summary>
    /// The program and arguments that connect standard input and output to the socket named after them, through which
    /// agents of the Agent Client Protocol get our tools; null to give them none.
    /// </summary>
    public IReadOnlyList<string>? Bridge { get; init; }

    /// <summary>Where transcripts are kept.</summary>
    public string TranscriptFolder => Path.Combine(Home, "transcripts");

    /// <summary>The model that is used when none is named; <see cref="ModelSettings.None"/> when there is none.</summary>
    /// <exception cref="ModelException">One is configured by a name that nothing has.</exception>
    public ModelSettings Choose()
    {
        if (Offline)
        {
            return ModelSettings.None;
        }

        var named = _environment("OPENSRE_MODEL") is { Length: > 0 } variable ? variable : Configuration.Model;
        if (named is not null)
        {
            return Find(named);
        }

        if (Configuration.Models.FirstOrDefault(m => Missing(m).Length == 0) is { } configured)
        {
            return configured;
        }

        foreach (var preset in Presets.All.Select(AsHere).Where(p => p.KeyVariable.Length > 0 && p.BaseUrl is not null && p.Model.Length > 0))
        {
            if (_environment(preset.KeyVariable) is { Length: > 0 })
            {
                return preset with { From = preset.KeyVariable };
            }
        }

        foreach (var preset in Presets.All.Where(p => p.IsProgram && p.Command.Count > 0))
        {
            if (FindProgram(preset.Command[0]) is not null)
            {
                return preset with { From = $"{preset.Command[0]} on PATH" };
            }
        }

        var ollama = AsHere(Presets.Find("ollama")!);
        return LocalOllama(ollama) is { Length: > 0 } model ? ollama with { Model = model, From = "Ollama on this machine" } : ModelSettings.None;
    }

    /// <summary>A model by its name, or <c>provider/model</c>.</summary>
    /// <exception cref="ModelException">There is none.</exception>
    public ModelSettings Find(string name)
    {
        if (Configuration.Models.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } configured)
        {
            return configured;
        }

        if (Presets.Find(name) is { } preset)
        {
            return AsHere(preset) with { From = "its name" };
        }

        var slash = name.IndexOf('/');
        if (slash > 0)
        {
            var left = name[..slash];
            var settings = Configuration.Models.FirstOrDefault(m => m.Name.Equals(left, StringComparison.OrdinalIgnoreCase)) ?? (Presets.Find(left) is { } known ? AsHere(known) : null);
            if (settings is not null)
            {
                return settings with { Model = name[(slash + 1)..], From = "its name" };
            }
        }

        throw new ModelException(ModelFailure.NotFound, $"there is no model {name}; there are {string.Join(", ", Configuration.Models.Concat(Presets.All).Select(m => m.Name).Distinct())}, or provider/model such as anthropic/claude-sonnet-4-5");
    }

    /// <summary>All models, configured ones first.</summary>
    /// <param name="problem">Why none is chosen although one is named somewhere, in a sentence; null when all is well. The list still helps.</param>
    public IReadOnlyList<ModelEntry> List(out string? problem)
    {
        problem = null;
        ModelSettings chosen;
        try
        {
            chosen = Choose();
        }
        catch (ModelException e)
        {
            problem = e.Message;
            chosen = ModelSettings.None;
        }

        var names = Configuration.Models.Select(m => m.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. Configuration.Models.Concat(Presets.All.Where(p => !names.Contains(p.Name)).Select(AsHere)).Select(m =>
            {
                var missing = Missing(m);
                var settings = m.Name == chosen.Name ? chosen : m;
                return new ModelEntry(settings, missing.Length == 0, missing.Length == 0 ? settings.From : missing, m.Name == chosen.Name);
            }),
        ];
    }

    /// <summary>Writes the choice into <c>config.yaml</c>.</summary>
    /// <exception cref="ModelException">There is no such model.</exception>
    public ModelSettings Pick(string name)
    {
        var settings = Find(name);
        var path = Path.Combine(Home, "config.yaml");
        var text = ModelConfiguration.WithChoice(File.Exists(path) ? File.ReadAllText(path) : "", name);
        if (!Directory.Exists(Home))
        {
            Directory.CreateDirectory(Home);
        }

        var fresh = path + ".new";
        File.WriteAllText(fresh, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.Move(fresh, path, overwrite: true);
        Configuration = ModelConfiguration.Parse(text, path);
        return settings;
    }

    /// <summary>What keeps a model from being used; empty when nothing does.</summary>
    public string Missing(ModelSettings settings)
    {
        if (settings.Protocol == ModelProtocol.None)
        {
            return "";
        }

        if (Offline)
        {
            return "offline: no model may be asked";
        }

        if (settings.IsProgram)
        {
            return settings.Command.Count == 0 ? "needs command: in config.yaml" : FindProgram(settings.Command[0]) is null ? $"{settings.Command[0]} is not on PATH" : "";
        }

        if (settings.BaseUrl is null)
        {
            return "needs url: in config.yaml";
        }

        if (settings.KeyVariable.Length > 0 && _environment(settings.KeyVariable) is not { Length: > 0 })
        {
            return $"{settings.KeyVariable} is not set";
        }

        return settings.Model.Length == 0 ? "needs model:, or a name such as " + settings.Name + "/MODEL" : "";
    }

    /// <summary>Makes a model ready to be asked. The caller disposes of it.</summary>
    /// <exception cref="ModelException">Something is missing, or the program is offline.</exception>
    public IAgent Open(ModelSettings settings, Masking masking, Transcript? transcript = null, Retries? retries = null) => Open(settings, masking, transcript, retries, null);

    /// <summary>Makes a model ready for many tasks at a time.</summary>
    public AgentHost Host(ModelSettings settings) =>
        new(this, settings, settings.Protocol == ModelProtocol.Codex ? new CodexServer(settings.Title, Command(settings), time: _time) : null);

    internal IAgent Open(ModelSettings settings, Masking masking, Transcript? transcript, Retries? retries, CodexServer? codex)
    {
        if (Offline || settings.Protocol == ModelProtocol.None)
        {
            throw new ModelException(ModelFailure.NotAllowed, Offline ? "offline: no model may be asked" : "no model is chosen");
        }

        if (Missing(settings) is { Length: > 0 } missing)
        {
            throw new ModelException(ModelFailure.NotAllowed, $"{settings.Name} cannot be used: {missing}");
        }

        return new PrivateAgent(settings.IsProgram ? OpenProgram(settings, codex) : OpenChat(settings, retries), masking, transcript);
    }

    /// <summary>Asks a model for one word, and says how it went.</summary>
    public async Task<ModelTrial> TestAsync(ModelSettings settings, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        TimeSpan? first = null;
        TokenUsage usage = default;
        decimal? money = null;
        try
        {
            var agent = Open(settings, new Masking(Configuration.Mask), retries: new Retries(Attempts: 2));
            await using (agent.ConfigureAwait(false))
            {
                var task = new AgentTask { Instructions = "Answer with one word.", Prompt = "Say: ready", Budget = new AgentBudget(Steps: 1, Tokens: 200_000, Time: TimeSpan.FromSeconds(60)) };
                await foreach (var update in agent.RunAsync(task, cancellation).ConfigureAwait(false))
                {
                    switch (update)
                    {
                        case AgentText or AgentThought:
                            first ??= _time.GetElapsedTime(began);
                            break;
                        case AgentSpent spent:
                            usage += spent.Usage;
                            money = spent.Money is null ? money : (money ?? 0) + spent.Money;
                            break;
                        case AgentFinished end:
                            var works = end.End == AgentEnd.Completed;
                            return new ModelTrial(works, works ? $"{settings.Title} answers" : $"{settings.Title} does not work: {end.Reason}", first ?? _time.GetElapsedTime(began), usage, money);
                    }
                }
            }
        }
        catch (ModelException e)
        {
            return new ModelTrial(false, $"{settings.Title} does not work: {e.Message}", TimeSpan.Zero, usage, money);
        }

        return new ModelTrial(false, $"{settings.Title} ended without an answer", TimeSpan.Zero, usage, money);
    }

    /// <summary>The path of a program: as given if it is a path, else the first on PATH.</summary>
    public string? FindProgram(string program)
    {
        if (program.Contains(Path.DirectorySeparatorChar))
        {
            return File.Exists(program) ? program : null;
        }

        foreach (var folder in (_environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(folder, program);
            if (File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>A preset with the address the environment gives it, by the variables the providers' own programs read.</summary>
    private ModelSettings AsHere(ModelSettings preset)
    {
        var variable = preset.Name switch { "anthropic" => "ANTHROPIC_BASE_URL", "openai" => "OPENAI_BASE_URL", "azure" => "AZURE_OPENAI_ENDPOINT", "ollama" => "OLLAMA_HOST", _ => null };
        if (variable is null || _environment(variable) is not { Length: > 0 } text)
        {
            return preset;
        }

        text = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return preset;
        }

        return preset with { BaseUrl = preset.Name == "azure" && !url.AbsolutePath.Contains("/openai", StringComparison.Ordinal) ? new Uri(url.AbsoluteUri.TrimEnd('/') + "/openai/v1") : url };
    }

    private ChatAgent OpenChat(ModelSettings settings, Retries? retries) =>
        new(OpenClient(settings), settings.Title, settings.Window, settings.MaxOutput, settings.Price ?? PriceTable.Default.Find(settings.Model), retries, _time);

    /// <summary>The bare client of a chat model, without loop, masking or transcript.</summary>
    internal IChatClient OpenClient(ModelSettings settings)
    {
        // A key is read when it is used, so that it lives nowhere in between.
        string Key() => settings.KeyVariable.Length == 0 ? "" : _environment(settings.KeyVariable) ?? "";
        var http = Http();
        var endpoint = new OpenAiEndpoint(settings.Provider, settings.BaseUrl!, Key, settings.KeyHeader, Query: settings.Query);
        return settings.Protocol switch
        {
            ModelProtocol.AnthropicMessages => new AnthropicClient(http, settings.BaseUrl!, Key, settings.Model, settings.MaxOutput, settings.Thinking),
            ModelProtocol.OpenAiResponses => new ResponsesClient(http, endpoint, settings.Model, settings.MaxOutput, settings.Effort),
            ModelProtocol.OpenAiChat => new ChatCompletionsClient(http, endpoint, settings.Model, settings.MaxOutput),
            ModelProtocol.Ollama => new OllamaClient(http, settings.BaseUrl!, settings.Model, settings.Window, settings.MaxOutput),
            _ => throw new ArgumentException($"{settings.Protocol} is no chat model.", nameof(settings)),
        };
    }

    private IReadOnlyList<string> Command(ModelSettings settings) => settings.Command.Count == 0 ? [] : [FindProgram(settings.Command[0]) ?? settings.Command[0], .. settings.Command.Skip(1)];

    private IAgent OpenProgram(ModelSettings settings, CodexServer? codex)
    {
        var command = Command(settings);
        return settings.Protocol switch
        {
            ModelProtocol.ClaudeCode => new ClaudeCodeAgent(settings.Title, command, settings.Model, settings.OwnTools, Path.Combine(Home, "agents", "claude-code")),
            // A server's threads have a folder of their own to write in; on a person's machine it only reads.
            ModelProtocol.Codex when codex is not null => new CodexAgent(settings.Title, codex, settings.Model, settings.OwnTools, writes: settings.OwnTools),
            ModelProtocol.Codex => new CodexAgent(settings.Title, command, settings.Model, settings.OwnTools),
            _ => new AcpAgent(settings.Title, command, settings.OwnTools, Bridge),
        };
    }

    private HttpClient Http() => new(_handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false, AllowAutoRedirect = false }, disposeHandler: _handler is null)
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The first model a local Ollama has, or null when there is none; it does not wait for one that hangs.</summary>
    private string? LocalOllama(ModelSettings ollama)
    {
        try
        {
            using var probe = new TcpClient();
            if (!probe.ConnectAsync(ollama.BaseUrl!.Host, ollama.BaseUrl.Port).Wait(OllamaPatience))
            {
                return null;
            }

            using var http = Http();
            http.Timeout = TimeSpan.FromSeconds(1);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(ollama.BaseUrl, "/api/tags"));
            using var response = http.Send(request);
            using var reader = new StreamReader(response.Content.ReadAsStream(), Encoding.UTF8);
            using var tags = System.Text.Json.JsonDocument.Parse(reader.ReadToEnd());
            return tags.RootElement.Items("models").Select(m => m.Text("name")).FirstOrDefault(n => n is { Length: > 0 });
        }
        catch (Exception e) when (e is AggregateException or SocketException or HttpRequestException or TaskCanceledException or System.Text.Json.JsonException or IOException)
        {
            // Nothing there, or nothing that speaks Ollama: then there is no local model.
            return null;
        }
    }
}

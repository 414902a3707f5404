using OpenSre.Models;

namespace OpenSre.Tests.Models;

/// <summary>A catalogue over a stand-in, and short ways to run an agent of it.</summary>
internal static class Conversing
{
    public static readonly IReadOnlyDictionary<string, string> Keys = new Dictionary<string, string>
    {
        ["TEST_KEY"] = "test-key-0123456789",
    };

    /// <summary>The provider that speaks a wire, pointed at the stand-in.</summary>
    public static ModelSettings Settings(Wire wire, ModelApi api)
    {
        var preset = Presets.Find(wire switch { Wire.Anthropic => "anthropic", Wire.Responses => "openai", Wire.Chat => "openai-compatible", _ => "ollama" })!;
        return preset with
        {
            Name = "scripted",
            Model = "scripted",
            KeyVariable = wire == Wire.Ollama ? "" : "TEST_KEY",
            BaseUrl = wire is Wire.Responses or Wire.Chat ? new Uri(api.Url, "/v1") : api.Url,
            Price = new Price(1, 10, 0.1m, 1.25m),
        };
    }

    public static ModelCatalogue Catalogue(ModelConfiguration? configuration = null, bool offline = false) =>
        new(Path.Combine(Path.GetTempPath(), "opensre-no-home"), configuration ?? ModelConfiguration.Empty, name => Keys.GetValueOrDefault(name), offline);

    public static IAgent Open(Wire wire, ModelApi api, Masking? masking = null, Transcript? transcript = null, Retries? retries = null) =>
        Catalogue().Open(Settings(wire, api), masking ?? new Masking(), transcript, retries ?? Quick());

    /// <summary>Retries without waiting.</summary>
    public static Retries Quick(List<TimeSpan>? waits = null) => new(Attempts: 4)
    {
        Jitter = () => 0.5,
        SleepAsync = (wait, _) =>
        {
            waits?.Add(wait);
            return System.Threading.Tasks.Task.CompletedTask;
        },
    };

    public static async Task<List<AgentUpdate>> RunAsync(this IAgent agent, AgentTask task, Action<AgentUpdate>? seen = null)
    {
        List<AgentUpdate> updates = [];
        await using (agent)
        {
            await foreach (var update in agent.RunAsync(task, TestContext.Current.CancellationToken))
            {
                updates.Add(update);
                seen?.Invoke(update);
            }
        }

        return updates;
    }

    public static AgentTask Task(params AgentTool[] tools) => new() { Instructions = "Investigate.", Prompt = "The disk is full.", Tools = tools };

    public static AgentTool Tool(string name, Func<IReadOnlyDictionary<string, string>, string> answer) =>
        new(name, "reads " + name, """{"type":"object","properties":{"path":{"type":"string"}},"required":[]}""", (arguments, _) => System.Threading.Tasks.Task.FromResult(new AgentToolAnswer(answer(arguments), "digest of " + name)));

    public static AgentFinished End(this List<AgentUpdate> updates) => Assert.IsType<AgentFinished>(updates[^1]);

    public static string Text(this List<AgentUpdate> updates) => string.Concat(updates.OfType<AgentText>().Select(t => t.Text));
}

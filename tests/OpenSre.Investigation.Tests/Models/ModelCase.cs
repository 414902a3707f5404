using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Models;

namespace OpenSre.Tests.Investigation;

/// <summary>An investigation of a full disk with a stand-in of a model behind it.</summary>
internal sealed class ModelCase : IDisposable
{
    public const string FullDisk = "filesystem mount=/srv/data use_pct=100 avail_kb=0 size_kb=40000 inode_use_pct=2 inodes_free=900 inodes=1000 growth_kb_s=0 type=ext4 dev=/dev/loop0 opts=rw";

    private readonly ModelApi _api;

    public ModelCase(Func<ModelRequest, ModelReply> script) => _api = new ModelApi(script);

    public IReadOnlyList<ModelRequest> Requests => [.. _api.Requests];

    public List<InvestigationEvent> Events { get; } = [];

    public List<ToolCall> Looked { get; } = [];

    public AgentBudget Budget { get; init; } = new(Steps: 8, Time: TimeSpan.FromMinutes(2));

    /// <summary>An agent program in place of a chat model, given the stand-in of its provider; null for a chat model.</summary>
    public Func<ModelApi, IAgent>? Program { get; init; }

    public Wire Wire { get; init; } = Wire.Anthropic;

    public Func<ApprovalRequest, CancellationToken, Task<ApprovalDecision>>? Approve { get; init; }

    public IReadOnlyList<CaseNote> Notes { get; init; } = [];

    public Func<CancellationToken, Task<SuppliedTools>>? Supply { get; init; }

    public IReadOnlyList<ToolProposal> Proposals { get; init; } = [];

    public Func<Incident, Diagnosis, EvidenceLedger, CaseBackground>? Background { get; init; }

    public Alert Alert { get; init; } = new() { Name = "DiskFull", Summary = "disk full", Labels = new Dictionary<string, string> { ["mountpoint"] = "/srv/data" } };

    /// <summary>What tools say besides the disk.</summary>
    public Dictionary<string, string> Outputs { get; init; } = new() { ["host.disk"] = FullDisk, ["host.overview"] = "host name=h", ["host.temperature"] = "zone name=z temp_c=41", ["net.http"] = "http url=x status=200" };

    public async Task<CaseFile> RunAsync(SteeringInbox? steering = null, Action<InvestigationEvent>? seen = null, CancellationToken? cancellation = null)
    {
        var preset = Presets.Find(Wire switch { Wire.Anthropic => "anthropic", Wire.Responses => "openai", Wire.Chat => "openai-compatible", _ => "ollama" })!;
        var settings = preset with { Name = "scripted", Model = "scripted", KeyVariable = "", BaseUrl = Wire is Wire.Responses or Wire.Chat ? new Uri(_api.Url, "/v1") : _api.Url, Price = new Price(1, 10, 0.1m, 1) };
        var catalogue = new ModelCatalogue("/nowhere", ModelConfiguration.Empty, _ => null);
        var advice = new ModelAdvice
        {
            Name = "scripted",
            Open = () => Program is { } program ? program(_api) : catalogue.Open(settings, new Masking(), retries: new Retries(3) { SleepAsync = (_, _) => Task.CompletedTask }),
            Budget = Budget,
            Approve = Approve,
            Notes = _ => Notes,
        };
        IReadOnlyList<IEvidenceTool> tools = [.. Outputs.Select(o => new Tool(o.Key, o.Value, this))];
        var time = new ManualTime();
        var incident = Incidents.From([Alert with { StartsAt = time.GetUtcNow().AddMinutes(-5) }], time.GetUtcNow());
        return await new Investigator(tools, time) { Advice = advice, Beside = new CaseSurroundings { Supply = Supply is null ? null : new ToolSupply((_, token) => Supply(token)) { Proposals = Proposals }, Background = Background } }.InvestigateAsync(
            incident,
            "t",
            e =>
            {
                Events.Add(e);
                seen?.Invoke(e);
            },
            steering,
            cancellation ?? TestContext.Current.CancellationToken);
    }

    public void Dispose() => _api.Dispose();

    private sealed class Tool(string name, string text, ModelCase owner) : IEvidenceTool
    {
        public ToolDescription Description { get; } = new(name, "reads " + name, name == "net.http" ? [new ToolParameter("url", "an address", Required: true)] : [], TimeSpan.FromSeconds(1), 1_000_000, 1);

        public Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
        {
            lock (owner.Looked)
            {
                owner.Looked.Add(new ToolCall(name, arguments));
            }

            return Task.FromResult(new ToolResult(ToolStatus.Ok, text));
        }
    }
}

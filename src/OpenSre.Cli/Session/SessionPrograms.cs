using OpenSre.Fleet;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>The program's commands that a session offers under a slash, with the session's screen and questions.</summary>
internal static class SessionPrograms
{
    private static readonly string[] ModelWords = ["list", "pick", "test", "transcript"];

    public static IReadOnlyList<SessionProgram> All(SessionModel model, bool offline) =>
    [
        new("/model", "/model [NAME|none|list|pick NAME|test]", "the models there are; a name switches this session to it, pick chooses for good", "/model none",
            (words, face, cancellation) => ModelAsync(model, offline, words, face, cancellation)) { OnlyLooks = words => words is [] or ["list", ..] },
        new("/sources", "/sources", "what can be looked at from here, and with which tools", "/sources", (_, face, _) =>
        {
            face.Output.Write(SourcesLine.Text() + "\n\n");
            ToolsCommand.Run(json: false, face.Output);
            return Task.CompletedTask;
        }),
        new("/doctor", "/doctor", "what works here, what does not, and the sentence that changes it", "/doctor", (_, face, cancellation) => DoctorCommand.RunAsync(face.Output, cancellation)),
        new("/mcp", "/mcp [list|test NAME]", "the MCP servers that are looked with, and what may be done with each of their tools", "/mcp list", (words, face, cancellation) =>
            McpCommand.RunAsync(words is ["list" or "test", ..] ? [.. words] : ["list"], face.Output, face.Output, cancellation)) { OnlyLooks = words => words is not ["test", ..] },
        new("/home", "/home WORDS", "ask the assistant of the home, as in its chat: servers, devices, plans", "/home status", HomeAsync) { OnlyLooks = words => words is [] or ["status" or "help" or "digest"] },
        new("/memory", "/memory [list|show ID|fixed ID WHAT|forget ID]", "past incidents, and what fixed them", "/memory list", (words, face, _) =>
        {
            MemoryCommand.Run(new CommandLine(CommandName.Memory) { Words = words }, face.Output);
            return Task.CompletedTask;
        }) { OnlyLooks = words => words is [] or ["list" or "show", ..] },
        new("/agents", "/agents [list|show|investigate|trace|bus|budget|conflicts|kill|pause|resume …]", "the AI agents on this machine, live: what they do and cost; i looks into the one chosen", "/agents", AgentsAsync)
        {
            OnlyLooks = words => words is [] or ["list" or "show", ..] && !words.Contains("--watch"),
        },
        new("/fix", "/fix ISSUE [--dir DIR] | /fix undo", "have Sentry's Seer fix an issue, and apply its patch here after one question", "/fix SHOP-1A --dry-run", (words, face, cancellation) => FixAsync(model, words, face, cancellation)) { OnlyLooks = _ => false },
    ];

    private static async Task HomeAsync(IReadOnlyList<string> words, SessionFace face, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
        {
            face.Output.Write("The assistant of a home runs on Linux and macOS.\n");
            return;
        }

        await HomeSay.RunAsync(HomeSetup.Load(null), words.Count == 0 ? "help" : string.Join(' ', words), face.Output, face.Output, cancellation).ConfigureAwait(false);
    }

    private static async Task ModelAsync(SessionModel model, bool offline, IReadOnlyList<string> words, SessionFace face, CancellationToken cancellation)
    {
        if (words.Count == 1 && !ModelWords.Contains(words[0]))
        {
            var engine = model.Use(words[0]);
            face.UseEngine(engine);
            face.Output.Write($"From the next investigation on: {engine}. /model pick {words[0]} keeps it for other sessions.\n");
            return;
        }

        await ModelCommand.RunAsync(new CommandLine(CommandName.Model, words.Count == 0 ? null : string.Join(' ', words), Offline: offline), face.Output, face.Output, cancellation).ConfigureAwait(false);
    }

    private static async Task AgentsAsync(IReadOnlyList<string> words, SessionFace face, CancellationToken cancellation)
    {
        var agents = new AgentsFace(face.Output, face.Look, FleetHome.From(Environment.GetEnvironmentVariable), TimeProvider.System, (question, stop) =>
            face.ApproveAsync("agents", $"agents {string.Join(' ', words)}", question, "what that agent is doing at this moment", stop))
        {
            WatchAsync = face.CanWatch ? face.WatchAsync : null,
            InvestigateAsync = face.InvestigateAsync,
        };
        try
        {
            await AgentsCommand.RunAsync(words, agents, cancellation).ConfigureAwait(false);
        }
        catch (AgentsUsageException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static async Task FixAsync(SessionModel model, IReadOnlyList<string> words, SessionFace face, CancellationToken cancellation)
    {
        // After Ctrl+C one question may follow; whoever has gone does not keep the session waiting for its answer.
        using var patience = new CancellationTokenSource();
        await FixCommand.RunAsync(words, new FixPlace(face.Output, face.Output, face.Look with { Cursor = false }, face.AskAsync) { ApproveAsync = face.ApproveAsync, Advice = () => model.Advice, Again = Again }, cancellation).ConfigureAwait(false);

        CancellationToken? Again()
        {
            patience.CancelAfter(TimeSpan.FromMinutes(1));
            return patience.Token;
        }
    }
}

using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>What investigations of this process have beside the system they look at: MCP servers, notes, runbooks, memory.</summary>
internal sealed class BesideSetup(McpServers? servers, CaseKnowledge? knowledge, IncidentMemory? memory) : IAsyncDisposable
{
    /// <summary>What the configuration and the usual places say.</summary>
    /// <param name="saved">What is looked at was saved: this machine's own past and notes say nothing about it.</param>
    /// <param name="notes">Files of notes besides those.</param>
    /// <exception cref="InvalidDataException">The configuration cannot be used.</exception>
    public static BesideSetup Open(bool saved = false, IReadOnlyList<string>? notes = null)
    {
        var servers = McpSetup.Servers();
        var (knowledge, memory) = saved ? (null, null) : KnowledgeSetup.Open(notes);
        return new BesideSetup(servers, knowledge, memory);
    }

    private static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(5);

    public CaseKnowledge? Knowledge => knowledge;

    /// <summary>For one investigation.</summary>
    /// <param name="approve">Asks a person before a tool that may change something; null where nobody can be asked, or the face knows whom.</param>
    /// <param name="recording">Keeps what tools from outside answer; null for nobody.</param>
    public CaseSurroundings For(Func<ApprovalRequest, CancellationToken, Task<ApprovalDecision>>? approve = null, IExchangeLog? recording = null)
    {
        var supply = McpSetup.Supply(servers);
        return new CaseSurroundings
        {
            Supply = supply is not null && recording is not null ? SupplyRecording.Recorded(supply, recording, TimeProvider.System) : supply,
            Approver = approve is null ? null : new ToolApprover(approve, AnswerTime),
            Background = knowledge is null ? null : knowledge.For,
            Keep = memory is null ? null : kept => KnowledgeSetup.Remember(memory, kept),
        };
    }

    public ValueTask DisposeAsync() => servers?.DisposeAsync() ?? ValueTask.CompletedTask;
}

namespace OpenSre.Home;

/// <summary>"sagan", after it was asked on which host; "and on atom?", after an investigation: the question before, on that host.</summary>
public sealed class HostReplySkill(InvestigationSkill investigations) : ILongSkill
{
    public IAsyncEnumerable<string>? TryAnswer(ChatMessage message) => investigations.TryGoOn(message);
}

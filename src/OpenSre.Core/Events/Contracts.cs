namespace OpenSre.Core;

/// <summary>A face: shows events as they come.</summary>
public interface IInvestigationRenderer
{
    /// <summary>Called once for each event, in order, never from two threads at a time.</summary>
    void Render(InvestigationEvent investigationEvent);
}

/// <summary>Keeps events, in order, for ever. Appending never rewrites what is there.</summary>
public interface IEventLog
{
    void Append(InvestigationEvent investigationEvent);

    IEnumerable<InvestigationEvent> Read(string investigationId);
}

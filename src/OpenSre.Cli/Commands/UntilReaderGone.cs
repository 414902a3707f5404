using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary>Hands events on until nobody reads the output any more, then stops the investigation and keeps still.</summary>
internal sealed class UntilReaderGone(IInvestigationRenderer inner, CancellationTokenSource stop) : IInvestigationRenderer
{
    public bool IsGone { get; private set; }

    public void Render(InvestigationEvent investigationEvent)
    {
        if (IsGone)
        {
            return;
        }

        try
        {
            inner.Render(investigationEvent);
        }
        catch (ReaderGoneException)
        {
            IsGone = true;
            stop.Cancel();
        }
    }
}

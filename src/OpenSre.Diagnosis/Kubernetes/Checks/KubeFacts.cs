using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>How the checks of a cluster report facts.</summary>
internal static class KubeFacts
{
    /// <summary>A fact about one fault of the entity it was found at.</summary>
    public static void Tell(this CheckContext context, StoredOutput output, Entity entity, string family, string quote, string claim, string fault, double weight, Currency currency = Currency.Now, bool contradicts = false) =>
        context.Found(output, entity, family, quote, claim, currency, [new Bearing(fault, entity, weight, contradicts)]);

    /// <summary>One fact that speaks of several faults of the entity it was found at.</summary>
    public static void Tell(this CheckContext context, StoredOutput output, Entity entity, string family, string quote, string claim, Currency currency, params ReadOnlySpan<(string Fault, double Weight)> faults)
    {
        List<Bearing> bearings = [];
        foreach (var (fault, weight) in faults)
        {
            bearings.Add(new Bearing(fault, entity, weight));
        }

        context.Found(output, entity, family, quote, claim, currency, bearings);
    }

    /// <summary>Leads that could name any cause; what is known to be unwell, without a reason, makes them worth more.</summary>
    public static void Look(this CheckContext context, ToolCall call, string why, double weight) =>
        context.SuggestBehind(call, why, weight, KubernetesFaults.States, KubernetesFaults.Causes);
}

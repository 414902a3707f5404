using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Evidence out of Loki: log lines.</summary>
public static class LokiTools
{
    internal const string Program = "opensre:loki";

    public static IReadOnlyList<IEvidenceTool> All(ICommandRunner runner, TimeProvider? time = null) => [new LokiLogsTool(runner, time ?? TimeProvider.System)];

    /// <summary>Whether a recording holds answers of Loki.</summary>
    public static bool AreIn(Bundle bundle) => bundle.Exchanges.Any(e => e.Request.Program == Program);
}

using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Evidence out of Prometheus: golden signals, alerts, targets, calls.</summary>
public static class PrometheusTools
{
    public static IReadOnlyList<IEvidenceTool> All(ICommandRunner runner, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        return [new PrometheusSeriesTool(runner, clock), new PrometheusAlertsTool(runner, clock), new PrometheusTargetsTool(runner, clock), new PrometheusCallsTool(runner, clock)];
    }

    /// <summary>Whether a recording holds answers of Prometheus.</summary>
    public static bool AreIn(Bundle bundle) => bundle.Exchanges.Any(e => e.Request.Program == PrometheusCall.Program);
}

using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>What the tools of Datadog are, whether they look at a live account or at a recording.</summary>
public static class DatadogToolDescriptions
{
    private static readonly ToolParameter Service = new("service", "the service; all of them if not given");

    public static ToolDescription Logs { get; } = Describe("datadog.logs", "The log lines of a service in the window of the incident, with their level", Service);

    public static ToolDescription Monitors { get; } = Describe("datadog.monitors", "The monitors of a service and whether each one alerts now", Service);

    private static ToolDescription Describe(string name, string summary, params ToolParameter[] parameters) =>
        new(name, summary, parameters, TimeSpan.FromSeconds(20), 200_000, 1.1);
}

using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Names of the evidence tools of a managed database, as checks and leads speak of them.</summary>
public static class DatabaseTools
{
    public const string Metrics = "aws.metrics";
    public const string Events = "aws.rds_events";
    public const string Load = "aws.performance_insights";
    public const string Instance = "aws.rds_instance";

    public static ToolCall Of(string tool, string instance) => ToolCall.With(tool, ("instance", instance));
}

using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>What the tools of Amazon RDS are, whether they look at a live account or at a recording.</summary>
public static class AwsToolDescriptions
{
    private static readonly ToolParameter Instance = new("instance", "the identifier of the DB instance", true);

    public static ToolDescription Metrics { get; } = Describe("aws.metrics", "The CloudWatch metrics of a DB instance over the window of the incident, one series a line", 1.2, Instance);

    public static ToolDescription Events { get; } = Describe("aws.rds_events", "The events RDS wrote about a DB instance and its replicas, and what it copied from the database's log", 1, Instance);

    public static ToolDescription PerformanceInsights { get; } = Describe("aws.performance_insights", "The database load of a DB instance by statement, wait, user and host", 1.2, Instance);

    public static ToolDescription DbInstance { get; } = Describe("aws.rds_instance", "Engine, class, storage and replicas of a DB instance", 1, Instance);

    private static ToolDescription Describe(string name, string summary, double cost, params ToolParameter[] parameters) =>
        new(name, summary, parameters, TimeSpan.FromSeconds(20), 200_000, cost);
}

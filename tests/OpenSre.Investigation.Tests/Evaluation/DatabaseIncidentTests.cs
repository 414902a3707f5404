using OpenSre.Core;
using OpenSre.Diagnostics;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

/// <summary>Databases in trouble and out of it, from the alert to the verdict.</summary>
public sealed class DatabaseIncidentTests
{
    private const double GiB = 1073741824;

    private static double[] Steady(double value) => [.. Enumerable.Repeat(value, 15)];

    private static double[] Rising(double from, double to) => [.. Enumerable.Range(0, 15).Select(i => from + ((to - from) * i / 14))];

    /// <summary>Low for two minutes, then high.</summary>
    private static double[] Step(double from, double to) => [from, from, .. Enumerable.Repeat(to, 13)];

    private static CloudCase Lagging(string primary = "ledger-db", string replica = "ledger-read", DateTimeOffset? now = null) =>
        CloudCase.Database($"Replica behind on {primary}", "RDSReplicationLagHigh", $"ReplicaLag of {replica} is above 300 seconds", primary, now, replica)
            .Metric(replica, "ReplicaLag", "Seconds", Rising(2, 640))
            .Metric(primary, "TransactionLogsGeneration", "Bytes/Second", Step(3e6, 9e7))
            .Metric(primary, "WriteIOPS", "Count/Second", Step(300, 9000))
            .Metric(primary, "CPUUtilization", "Percent", Step(20, 76))
            .Metric(primary, "DatabaseConnections", "Count", Steady(80))
            .Load(primary, ("UPDATE ledger SET closed = true WHERE period = $1", "IO:WALWrite:5 CPU:1"), ("SELECT avg(amount) FROM entries", "CPU:1.5"));

    private static async Task<(CaseFile File, Hypothesis Top)> LookAsync(CloudCase made)
    {
        using (made)
        {
            var file = await made.InvestigateAsync();
            Assert.True(file.Diagnosis is not null, file.Report);
            return (file, file.Diagnosis.Top!);
        }
    }

    private static async Task RootAsync(CloudCase made, string fault)
    {
        var (file, top) = await LookAsync(made);
        Assert.True(file.Diagnosis!.Verdict == Verdict.RootCause && top.FaultType == fault, $"{file.Diagnosis.Verdict} {top.FaultType} {top.Probability}\n{file.Report}");
    }

    private static async Task HealthyAsync(CloudCase made)
    {
        var (file, top) = await LookAsync(made);
        Assert.True(file.Diagnosis!.Verdict == Verdict.Healthy, $"{file.Diagnosis.Verdict} {top.FaultType} {top.Probability}\n{file.Report}");
    }

    [Fact]
    public Task A_write_heavy_primary_outruns_its_replica() => RootAsync(Lagging(), DatabaseFaults.WalOutrunsReplica);

    [Fact]
    public async Task Names_and_times_do_not_matter()
    {
        var (_, here) = await LookAsync(Lagging());
        var (_, there) = await LookAsync(Lagging("x1", "y-2", new DateTimeOffset(2031, 1, 1, 0, 5, 0, TimeSpan.Zero)));
        Assert.Equal(here.FaultType, there.FaultType);
        Assert.Equal(here.Probability, there.Probability, 3);
        Assert.Equal("y-2", there.Entity.Name);
    }

    [Fact]
    public Task Events_of_other_things_do_not_mislead() => RootAsync(
        Lagging()
            .Event("ledger-db", 12, "Multi-AZ instance failover started.", "failover")
            .Event("ledger-db", 11, "Multi-AZ instance failover completed", "failover")
            .Event("ledger-db", 9, "PostgreSQL log: checkpoints are occurring too frequently (20 seconds apart)")
            .Event("ledger-db", 8, "Finished automated backup", "backup")
            .Event("other-db", 4, "DB instance ran out of storage space.", "failure")
            .Event("ledger-db", 300, "DB instance storage is critically low. Free storage space: 1 GB remaining.", "failure"),
        DatabaseFaults.WalOutrunsReplica);

    [Fact]
    public Task A_lag_that_is_not_published_is_taken_from_events() => RootAsync(
        CloudCase.Database("Stale reads", "ReplicaStaleness", "Read replica ledger-read returns stale data; ReplicaLag is not published", replica: "ledger-read")
            .Metric("ledger-db", "TransactionLogsGeneration", "Bytes/Second", Step(3e6, 9e7))
            .Event("ledger-read", 5, "Read replica ledger-read replication lag has exceeded 900 seconds.", "read replica")
            .Load("ledger-db", ("INSERT INTO facts SELECT * FROM staging", "IO:WALWrite:5 CPU:1")),
        DatabaseFaults.WalOutrunsReplica);

    [Fact]
    public async Task What_nothing_measures_is_said_to_be_missing()
    {
        var (file, _) = await LookAsync(CloudCase.Database("Stale reads", "ReplicaStaleness", "Read replica ledger-read returns stale data", replica: "ledger-read").Metric("ledger-db", "CPUUtilization", "Percent", Steady(12)));
        Assert.Equal(Verdict.Inconclusive, file.Diagnosis!.Verdict);
        Assert.Contains(file.Diagnosis.Gaps, g => g.What.Contains("ReplicaLag", StringComparison.Ordinal));
    }

    [Fact]
    public Task Idle_sessions_fill_the_connections_and_the_cpu_is_their_effect() => RootAsync(
        CloudCase.Database("Connections and CPU", "RDSConnectionsAndCPU", "DatabaseConnections of ledger-db near max_connections while CPU is at 91 %")
            .Metric("ledger-db", "DatabaseConnections", "Count", Rising(500, 797))
            .Metric("ledger-db", "CPUUtilization", "Percent", Steady(91))
            .Event("ledger-db", 4, "DB instance ledger-db is approaching max_connections limit. Current connections: 790 of 800.")
            .Load("ledger-db", ("BEGIN; SELECT * FROM carts WHERE id = $1", "Client:ClientRead:6 CPU:1")),
        DatabaseFaults.ConnectionsExhausted);

    [Fact]
    public Task The_limit_of_connections_comes_with_the_class() => HealthyAsync(
        // 16 GiB / 9531392 = 1802.
        CloudCase.Database("Connection count", "RDSDatabaseConnectionsHigh", "DatabaseConnections of ledger-db above the warning threshold")
            .Metric("ledger-db", "DatabaseConnections", "Count", Steady(1100)));

    [Fact]
    public Task Storage_runs_out() => RootAsync(
        CloudCase.Database("Storage", "RDSFreeStorageSpaceLow", "FreeStorageSpace of ledger-db is low")
            .Metric("ledger-db", "FreeStorageSpace", "Bytes", Rising(30 * GiB, GiB))
            .Event("ledger-db", 2, "DB instance storage is critically low. Free storage space: 1.2 GB remaining.", "failure"),
        DatabaseFaults.StorageExhausted);

    [Fact]
    public Task Storage_runs_out_where_its_metric_is_missing() => RootAsync(
        CloudCase.Database("Writes blocked", "RDSWriteLatencyCritical", "WriteLatency of ledger-db is above 20 seconds")
            .Metric("ledger-db", "WriteLatency", "Seconds", Step(0.002, 22))
            .Metric("ledger-db", "WriteIOPS", "Count/Second", Step(900, 0))
            .Event("ledger-db", 6, "DB instance ran out of storage space.", "failure")
            .Load("ledger-db", ("INSERT INTO bills VALUES ($1)", "Lock:relation:7 IO:DataFileWrite:1")),
        DatabaseFaults.StorageExhausted);

    [Fact]
    public Task Storage_that_was_expanded_is_well() => HealthyAsync(
        CloudCase.Database("Storage", "RDSFreeStorageSpaceLow", "FreeStorageSpace of ledger-db fell below 10 GB")
            .Metric("ledger-db", "FreeStorageSpace", "Bytes", [20 * GiB, 12 * GiB, 8 * GiB, 5 * GiB, 3 * GiB, 3 * GiB, 3 * GiB, 90 * GiB, 90 * GiB, 90 * GiB])
            .Event("ledger-db", 8, "DB instance ledger-db free storage space is low (3.1 GB remaining of 100 GB). Storage autoscaling initiated.", "low storage")
            .Event("ledger-db", 3, "Storage autoscaling completed for DB instance ledger-db. Allocated storage has been increased from 100 GB to 190 GB.", "configuration change"));

    [Fact]
    public Task One_query_takes_the_cpu() => RootAsync(
        CloudCase.Database("CPU", "RDSCPUUtilizationHigh", "CPUUtilization of ledger-db above 90 %")
            .Metric("ledger-db", "CPUUtilization", "Percent", Step(20, 95))
            .Load("ledger-db", ("SELECT * FROM entries WHERE note LIKE $1", "CPU:6 IO:DataFileRead:1"), ("SELECT 1", "CPU:0.3")),
        DatabaseFaults.BadQuery);

    [Fact]
    public Task A_cpu_that_has_calmed_down_is_well() => HealthyAsync(
        CloudCase.Database("CPU", "RDSCPUUtilizationHigh", "CPUUtilization of ledger-db above 90 %")
            .Metric("ledger-db", "CPUUtilization", "Percent", [20, 94, 95, 96, 94, 40, 25, 22, 21, 20])
            .Event("ledger-db", 60 * 5, "DB parameter group applied. The DB instance needs to be rebooted for the changes to take effect.", "configuration change")
            .Load("ledger-db", ("SELECT * FROM entries WHERE note LIKE $1", "CPU:6 IO:DataFileRead:1")));

    [Fact]
    public Task A_vacuum_and_its_checkpoints_look_like_cpu() => RootAsync(
        CloudCase.Database("CPU", "RDSCPUUtilizationHigh", "CPUUtilization of ledger-db above 90 %")
            .Metric("ledger-db", "CPUUtilization", "Percent", Step(20, 92))
            .Metric("ledger-db", "DiskQueueDepth", "Count", Rising(0.1, 40))
            .Metric("ledger-db", "WriteLatency", "Milliseconds", Rising(1, 120))
            .Event("ledger-db", 9, "PostgreSQL log warning: checkpoints are occurring too frequently (9 seconds apart). Consider increasing max_wal_size.")
            .Load("ledger-db", ("autovacuum: VACUUM public.entries (to prevent wraparound)", "LWLock:BufferMapping:4 IO:WALWrite:2"), ("SELECT 1", "CPU:1")),
        DatabaseFaults.CheckpointStorm);

    [Fact]
    public Task Cpu_and_storage_with_a_driver_each_are_two_roots() => RootAsync(
        CloudCase.Database("CPU and disk pressure", "RDSPressure", "High CPU, and FreeStorageSpace declines on ledger-db")
            .Metric("ledger-db", "CPUUtilization", "Percent", Step(20, 93))
            .Metric("ledger-db", "FreeStorageSpace", "Bytes", Rising(50 * GiB, 3 * GiB))
            .Load("ledger-db", ("SELECT sum(x) FROM entries GROUP BY y", "CPU:6 IO:DataFileRead:1"), ("INSERT INTO trail VALUES ($1)", "IO:DataFileWrite:4 CPU:0.5")),
        DatabaseFaults.TwoResources);

    [Fact]
    public Task Cpu_and_storage_of_one_statement_are_one_root() => RootAsync(
        CloudCase.Database("CPU and disk pressure", "RDSPressure", "High CPU, and FreeStorageSpace declines on ledger-db")
            .Metric("ledger-db", "CPUUtilization", "Percent", Step(20, 93))
            .Metric("ledger-db", "FreeStorageSpace", "Bytes", Rising(50 * GiB, 2 * GiB))
            .Event("ledger-db", 2, "DB instance storage is critically low. Free storage space: 2 GB remaining.", "failure")
            .Load("ledger-db", ("INSERT INTO trail SELECT * FROM entries", "IO:DataFileWrite:6 CPU:2")),
        DatabaseFaults.StorageExhausted);

    [Fact]
    public Task A_failover_is_the_cause_after_it_is_over() => RootAsync(
        CloudCase.Database("Outage", "RDSAvailability", "ledger-db was unreachable; clients lost their connections")
            .Metric("ledger-db", "DatabaseConnections", "Count", [120, 121, 119, 3, 0, 0, 60, 110, 118, 120])
            .Metric("ledger-db", "CPUUtilization", "Percent", [20, 20, 20, 4, 2, 3, 30, 25, 22, 20])
            .Event("ledger-db", 7, "Multi-AZ instance failover started.", "failover")
            .Event("ledger-db", 5, "DB instance restarted", "availability")
            .Event("ledger-db", 4, "Multi-AZ instance failover completed", "failover"),
        DatabaseFaults.Failover);

    [Fact]
    public Task Transaction_ids_come_near_their_end() => RootAsync(
        CloudCase.Database("Transactions", "RDSTransactionIds", "MaximumUsedTransactionIDs of ledger-db is high; errors")
            .Metric("ledger-db", "MaximumUsedTransactionIDs", "Count", Steady(1.9e9))
            .Event("ledger-db", 2, "WARNING: database \"ledger\" must be vacuumed within 9912345 transactions"),
        DatabaseFaults.Wraparound);

    [Fact]
    public Task Maintenance_harms_nobody() => HealthyAsync(
        CloudCase.Database("Health check", "RDSCheck", "Something was changed on ledger-db")
            .Metric("ledger-db", "CPUUtilization", "Percent", Steady(18))
            .Metric("ledger-db", "FreeStorageSpace", "Bytes", Steady(80 * GiB))
            .Metric("ledger-db", "DatabaseConnections", "Count", Steady(80))
            .Metric("ledger-db", "ReadLatency", "Milliseconds", Steady(1))
            .Event("ledger-db", 12, "Automated backup finished", "backup")
            .Event("ledger-db", 8, "The DB instance will be restarted in the next maintenance window", "maintenance"));

    [Fact]
    public Task What_belongs_to_another_instance_does_not_count() => HealthyAsync(
        CloudCase.Database("CPU", "RDSCPUUtilizationHigh", "CPUUtilization of ledger-db above 90 %")
            .Metric("ledger-db", "CPUUtilization", "Percent", Steady(18))
            .Metric("other-db", "CPUUtilization", "Percent", Steady(99))
            .Metric("other-db", "FreeStorageSpace", "Bytes", Steady(1000))
            .Event("other-db", 3, "DB instance ran out of storage space.", "failure"));
}

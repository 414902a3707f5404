namespace OpenSre.Diagnostics;

/// <summary>All checks of a managed database.</summary>
public static class DatabaseChecks
{
    public static IReadOnlyList<ICheck> All { get; } =
    [
        new ReplicationCheck(),
        new ConnectionCheck(),
        new DatabaseStorageCheck(),
        new DatabaseCpuCheck(),
        new CheckpointCheck(),
        new TransactionIdCheck(),
        new FailoverCheck(),
        new DatabaseMemoryCheck(),
        new LockCheck(),
        new TwoResourcesCheck(),
        new DatabaseRecheck(),
    ];
}

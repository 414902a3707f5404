namespace OpenSre.Diagnostics;

/// <summary>The classes of complaint an alert can make, and which a fault can cause.</summary>
[Flags]
public enum Symptom
{
    None = 0,
    DiskSpace = 1 << 0,
    Inodes = 1 << 1,
    ReadOnly = 1 << 2,
    DiskIo = 1 << 3,
    Cpu = 1 << 4,
    Memory = 1 << 5,
    OutOfMemory = 1 << 6,
    OpenFiles = 1 << 7,
    Processes = 1 << 8,
    Down = 1 << 9,
    Restarts = 1 << 10,
    Errors = 1 << 11,
    Latency = 1 << 12,
    Certificate = 1 << 13,
    Dns = 1 << 14,
    Network = 1 << 15,
    Clock = 1 << 16,
    Temperature = 1 << 17,
    Container = 1 << 18,
    Port = 1 << 19,
    Load = 1 << 20,
    Replication = 1 << 21,
    Connections = 1 << 22,

    /// <summary>What any trouble of a service can look like from outside.</summary>
    Service = Down | Restarts | Errors | Latency | Container,
    Any = (1 << 23) - 1,
}

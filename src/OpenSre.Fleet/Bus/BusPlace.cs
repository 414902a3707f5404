namespace OpenSre.Fleet;

/// <summary>The files of one bus; all in one folder that only its owner may enter.</summary>
/// <param name="Socket">The Unix-domain stream socket, mode 0600.</param>
public sealed record BusPlace(string Socket)
{
    /// <summary>The bus of a home folder.</summary>
    public static BusPlace In(string home) => new(Path.Combine(home, "agents-bus.sock"));

    /// <summary>The broker's process id in decimal digits, without a line end; mode 0600.</summary>
    public string PidFile => Socket + ".pid";

    /// <summary>Empty; flock(2) on it is held through every check and election. It is never deleted.</summary>
    public string LockFile => Socket + ".lock";
}

namespace OpenSre.Sources;

/// <summary>How <c>ssh</c> is started. Aliases, jump hosts, keys and known hosts are its own configuration's business.</summary>
public sealed record SshOptions
{
    /// <summary>The program; <c>ssh-keygen</c> is looked for beside it.</summary>
    public string Program { get; init; } = "ssh";

    /// <summary>A configuration file in place of the user's own; null for the user's.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Where connections are kept open between commands; null keeps none. See <see cref="SshControlFolder"/>.</summary>
    public string? ControlFolder { get; init; }

    public TimeSpan ConnectTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection stays open after its last command.</summary>
    public TimeSpan KeepOpen { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Commands on one host at the same time; sshd refuses more than ten on one connection.</summary>
    public int AtOnce { get; init; } = 8;
}

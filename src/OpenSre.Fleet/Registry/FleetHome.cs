namespace OpenSre.Fleet;

/// <summary>
/// The folders that agents of this machine share. The original has used two; which one counts depends on which of them
/// is alive, so that whoever uses the other is still heard.
/// </summary>
/// <param name="Folders">At least one; the first is ours.</param>
public sealed record FleetHome(IReadOnlyList<string> Folders)
{
    /// <summary>Where new files go.</summary>
    public string Own => Folders[0];

    /// <summary><c>$OPENSRE_HOME</c> alone, else <c>~/.config/opensre</c> and <c>~/.opensre</c>.</summary>
    public static FleetHome From(Func<string, string?> environment)
    {
        if (environment("OPENSRE_HOME") is { Length: > 0 } home)
        {
            return new FleetHome([Path.GetFullPath(home)]);
        }

        var user = environment("HOME") is { Length: > 0 } folder ? folder : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new FleetHome([Path.Combine(user, ".config", "opensre"), Path.Combine(user, ".opensre")]);
    }

    /// <summary>The bus to use: the first that has a living broker, else our own.</summary>
    public BusPlace Bus => Folders.Select(BusPlace.In).FirstOrDefault(BusElection.IsAlive) ?? BusPlace.In(Own);

    /// <summary>A file in the first folder that has it, else in our own.</summary>
    public string File(string name) => Folders.Select(f => Path.Combine(f, name)).FirstOrDefault(System.IO.File.Exists) ?? Path.Combine(Own, name);
}

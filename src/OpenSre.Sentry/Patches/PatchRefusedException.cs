namespace OpenSre.Sentry;

/// <summary>A patch that is not applied, because of what it is rather than of what the files are.</summary>
public sealed class PatchRefusedException : Exception
{
    public PatchRefusedException(string path, string reason) : base(reason) => Path = path;

    public PatchRefusedException() : this("", "refused")
    {
    }

    public PatchRefusedException(string message) : this("", message)
    {
    }

    public PatchRefusedException(string message, Exception innerException) : base(message, innerException) => Path = "";

    /// <summary>The file the refused patch names.</summary>
    public string Path { get; }
}

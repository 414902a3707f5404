namespace OpenSre.Sources;

/// <summary>A recording cannot be read. The message is one sentence for the person who named the file.</summary>
public sealed class BundleException : Exception
{
    public BundleException()
    {
    }

    public BundleException(string message) : base(message)
    {
    }

    public BundleException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

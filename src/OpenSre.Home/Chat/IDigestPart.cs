namespace OpenSre.Home;

/// <summary>Something that has a paragraph for the digest: how the hosts are, what was noticed, what is still open.</summary>
public interface IDigestPart
{
    /// <summary>A few short lines about the time since <paramref name="since"/>; empty when there is nothing to say.</summary>
    Task<string> DigestAsync(DateTimeOffset since, CancellationToken cancellation);
}

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace OpenSre.Sources;

/// <summary>
/// Takes part in a handshake without refusing any certificate, and remembers what a client that verifies would have
/// objected to. Nothing secret is ever sent over such a connection.
/// </summary>
internal sealed class TlsInspection(string name, ProbeOptions options, TimeProvider time)
{
    /// <summary>What the server presented; null until the handshake got that far.</summary>
    public X509Certificate2? Certificate { get; private set; }

    /// <summary>The lines of the rest of the chain, nearest first.</summary>
    public IReadOnlyList<string> ChainLines { get; private set; } = [];

    public IReadOnlyList<string> Objections { get; private set; } = [];

    public SslClientAuthenticationOptions Options()
    {
        // The machine is looked at as it is: a missing intermediate is a finding, not something to be fetched.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (options.TrustedRoots.Count > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(options.TrustedRoots.ToArray());
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = name,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = Look,
        };
    }

    private bool Look(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            Objections = ["the server presented no certificate"];
            return true;
        }

        var now = time.GetUtcNow();
        // The one handed in is disposed with the stream.
        Certificate = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        Objections = CertificateFacts.Objections(Certificate, chain, errors, name, now);
        ChainLines = [.. (chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>()).Skip(1)
            .Select((e, i) => $"chain {i + 1} {Formats.Quoted(e.Certificate.Subject)}, not after {Formats.Utc(e.Certificate.NotAfter.ToUniversalTime())}")];
        return true;
    }
}

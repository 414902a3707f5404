using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace OpenSre.Server;

/// <summary>TLS with a certificate of the server, and, where an authority is named, only for clients that carry one of its certificates.</summary>
internal static class MutualTls
{
    /// <exception cref="InvalidDataException">A file cannot be read as what it should be.</exception>
    public static Action<ListenOptions> Options(ServerSettings settings)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(settings.Certificate!, settings.CertificateKey);
            // A key that lives only in memory cannot be used for TLS on every system; one from a PKCS #12 can.
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var authorities = new X509Certificate2Collection();
            if (settings.ClientAuthority is { } path)
            {
                authorities.ImportFromPemFile(path);
                if (authorities.Count == 0)
                {
                    throw new InvalidDataException($"{path} holds no certificate");
                }
            }

            return listen => listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                if (authorities.Count > 0)
                {
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (given, _, _) => IsFrom(authorities, given);
                }
            });
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"the certificates for TLS cannot be used: {e.Message}", e);
        }
    }

    private static bool IsFrom(X509Certificate2Collection authorities, X509Certificate2 given)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2")); // client authentication
        return chain.Build(given);
    }
}

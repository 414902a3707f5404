using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace OpenSre.Sources;

/// <summary>What a certificate says and what is wrong with it, in lines.</summary>
internal static class CertificateFacts
{
    private const int MostNames = 50;

    public static IEnumerable<string> Lines(X509Certificate2 certificate, DateTimeOffset now)
    {
        yield return $"subject {Formats.Quoted(certificate.Subject)}";
        yield return $"names {Formats.Quoted(string.Join(", ", Names(certificate)), 2000)}";
        yield return $"issuer {Formats.Quoted(certificate.Issuer)}{(certificate.Subject == certificate.Issuer ? " (self-signed)" : "")}";
        yield return $"not before {Formats.Utc(certificate.NotBefore.ToUniversalTime())}";
        yield return $"not after {Formats.Utc(certificate.NotAfter.ToUniversalTime())}";
        yield return Validity(certificate, now);
        yield return $"serial {certificate.SerialNumber}, SHA-256 {certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)}";
    }

    /// <summary>How long it is good for, counted in days from now.</summary>
    public static string Validity(X509Certificate2 certificate, DateTimeOffset now)
    {
        var left = (certificate.NotAfter.ToUniversalTime() - now.UtcDateTime).TotalDays;
        var wait = (certificate.NotBefore.ToUniversalTime() - now.UtcDateTime).TotalDays;
        return left < 0 ? $"expired {-left:0.0} days ago"
            : wait > 0 ? $"not valid before {wait:0.0} days from now"
            : $"days left {left:0.0}";
    }

    /// <summary>Each thing a client that verifies would object to.</summary>
    public static IReadOnlyList<string> Objections(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors, string name, DateTimeOffset now)
    {
        List<string> found = [];
        var time = Validity(certificate, now);
        if (!time.StartsWith("days left", StringComparison.Ordinal))
        {
            found.Add($"the certificate {(time.StartsWith("expired", StringComparison.Ordinal) ? "" : "is ")}{time}");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            found.Add($"the certificate is not for {name} but for {Formats.Quoted(string.Join(", ", Names(certificate)))}");
        }

        foreach (var (status, element) in Statuses(chain))
        {
            var where = element is null || element.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span) ? "" : $" ({Formats.Quoted(element.Subject, 120)})";
            var words = Words(status, time, where.Length == 0);
            if (words is not null && !found.Contains(words + where, StringComparer.Ordinal))
            {
                found.Add(words + where);
            }
        }

        if (found.Count == 0 && errors != SslPolicyErrors.None)
        {
            found.Add(errors.ToString());
        }

        return found;
    }

    /// <summary>The names a client may ask for: the alternative names, or the common name of an old certificate.</summary>
    private static IEnumerable<string> Names(X509Certificate2 certificate)
    {
        var alternative = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
        List<string> names = [.. alternative.SelectMany(e => e.EnumerateDnsNames()), .. alternative.SelectMany(e => e.EnumerateIPAddresses().Select(a => a.ToString()))];
        if (names.Count == 0)
        {
            return ["none"];
        }

        return names.Count <= MostNames ? names : [.. names.Take(MostNames), $"and {names.Count - MostNames} more"];
    }

    private static IEnumerable<(X509ChainStatus Status, X509Certificate2? Element)> Statuses(X509Chain? chain)
    {
        if (chain is null)
        {
            yield break;
        }

        foreach (var element in chain.ChainElements)
        {
            foreach (var status in element.ChainElementStatus)
            {
                yield return (status, element.Certificate);
            }
        }

        // What belongs to no element, such as a chain that stops short.
        foreach (var status in chain.ChainStatus)
        {
            if (!chain.ChainElements.Any(e => e.ChainElementStatus.Any(s => s.Status == status.Status)))
            {
                yield return (status, null);
            }
        }
    }

    private static string? Words(X509ChainStatus status, string validity, bool isLeaf) => status.Status switch
    {
        X509ChainStatusFlags.NoError => null,
        X509ChainStatusFlags.NotTimeValid when isLeaf && !validity.StartsWith("days left", StringComparison.Ordinal) => null,
        X509ChainStatusFlags.NotTimeValid => "a certificate of the chain is out of its time",
        X509ChainStatusFlags.UntrustedRoot => "the root is not trusted on this machine",
        X509ChainStatusFlags.PartialChain => "the chain is not complete: an intermediate or the root certificate is missing",
        X509ChainStatusFlags.NotSignatureValid => "a signature is wrong",
        X509ChainStatusFlags.NotValidForUsage => "the certificate is not meant for servers",
        X509ChainStatusFlags.RevocationStatusUnknown or X509ChainStatusFlags.OfflineRevocation => null,
        _ => $"{status.Status}: {Formats.Quoted(status.StatusInformation)}",
    };
}

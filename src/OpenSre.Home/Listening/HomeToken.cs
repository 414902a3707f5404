using System.Security.Cryptography;
using System.Text;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>
/// The word that lets programs of the owner talk to the daemon: the file <c>http-token</c>, which only the owner can read.
/// Without it any user or page on this machine could.
/// </summary>
public static class HomeToken
{
    /// <summary>What is shorter was cut off or emptied, and would keep nobody out.</summary>
    private const int Least = 32;

    /// <summary>The token, made at the first call.</summary>
    public static Secret Of(string folder)
    {
        var path = Path.Combine(folder, "http-token");
        if (!File.Exists(path) || File.ReadAllText(path).Trim().Length < Least)
        {
            WholeFile.Replace(path, Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64, lowercase: true)));
        }

        return new Secret(File.ReadAllText(path).Trim());
    }

    internal static bool Fits(string? authorization, Secret token) => authorization is not null && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[7..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(token.Reveal())));
}

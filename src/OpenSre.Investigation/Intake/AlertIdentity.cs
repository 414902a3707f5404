using System.Security.Cryptography;
using System.Text;

namespace OpenSre.Investigation;

/// <summary>Keys that tell whether two deliveries speak of the same alert, for senders that give none.</summary>
internal static class AlertIdentity
{
    /// <summary>
    /// Sixteen hexadecimal digits from the name and the labels in ordinal order. A label that holds a measured value
    /// is left out: it differs between two deliveries of one alert.
    /// </summary>
    public static string Of(string name, IReadOnlyDictionary<string, string> labels)
    {
        var text = new StringBuilder(name);
        foreach (var (key, value) in labels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            if (key != "value")
            {
                text.Append('\0').Append(key).Append('\u0001').Append(value);
            }
        }

        return Hash(text.ToString());
    }

    /// <summary>One key out of several parts that only together identify an alert; absent parts count as empty.</summary>
    public static string OfParts(params ReadOnlySpan<string?> parts) => Hash(string.Join('\0', parts));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}

using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Tells by its name whether a value is a secret. Environment variables are judged more strictly than
/// <see cref="Redaction"/> judges text: there, every value has a name, and a value masked in vain costs little.
/// </summary>
internal static class SecretNames
{
    public const string Mask = "[redacted]";

    private static readonly string[] SecretParts = ["password", "passwd", "passphrase", "secret", "token", "apikey", "credential"];
    private static readonly HashSet<string> SecretWords = new(StringComparer.OrdinalIgnoreCase) { "pass", "pwd", "key", "auth", "dsn", "cookie", "salt" };
    private static readonly string[] SecretProperties = ["password", "passwd", "secret", "apikey", "accesstoken", "authtoken", "privatekey"];

    /// <summary>True for DB_PASSWORD, GITHUB_TOKEN, ENCRYPTION_KEY; false for PWD, PATH, DB_PASSWORD_FILE, KEYBOARD.</summary>
    public static bool IsSecretVariable(string name)
    {
        if (name is "PWD" or "OLDPWD" || name.EndsWith("_FILE", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return SecretParts.Any(p => name.Contains(p, StringComparison.OrdinalIgnoreCase))
            || name.Split('_', '-', '.').Any(SecretWords.Contains);
    }

    /// <summary>NAME=VALUE with the value masked if the name, or the value itself, looks like a secret.</summary>
    public static string CleanVariable(string variable)
    {
        var equals = variable.IndexOf('=');
        return equals > 0 && equals + 1 < variable.Length && IsSecretVariable(variable[..equals])
            ? variable[..(equals + 1)] + Mask
            : Redaction.Apply(variable);
    }

    /// <summary>The string value of a JSON property, masked as far as it is a secret.</summary>
    public static string CleanValue(string? property, string value)
    {
        if (value.Length == 0 || property is null)
        {
            return Redaction.Apply(value);
        }

        if (property is "Env")
        {
            return CleanVariable(value);
        }

        var plain = property.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return SecretProperties.Any(p => plain.EndsWith(p, StringComparison.OrdinalIgnoreCase)) ? Mask : Redaction.Apply(value);
    }
}

using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>
/// What the words of a line mean, found out once: the checks read all lines again after every answer, and the words of a line
/// stay what they are. Belongs to one investigation; not for several threads at once.
/// </summary>
public sealed partial class LineMemo
{
    private readonly Dictionary<string, LogSignature?> _signatures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _errors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _slow = new(StringComparer.Ordinal);

    /// <summary>The first signature that matches the line; null for none.</summary>
    public LogSignature? SignatureOf(string line) => Get(_signatures, line, l => LogSignatures.All.FirstOrDefault(s => s.Pattern.IsMatch(l)));

    public bool IsError(string line) => Get(_errors, line, LogLevel.IsError);

    /// <summary>Whether the line says, by its level or in words, that something did not work.</summary>
    public bool SpeaksOfFailure(string line) => Get(_failures, line, LogLevel.SpeaksOfFailure);

    /// <summary>Whether the line says that something took long.</summary>
    public bool SpeaksOfSlowness(string line) => Get(_slow, line, Slowness().IsMatch);

    private static T Get<T>(Dictionary<string, T> known, string line, Func<string, T> read)
    {
        if (!known.TryGetValue(line, out var value))
        {
            known.Add(line, value = read(line));
        }

        return value;
    }

    [GeneratedRegex(@"\b(took|after|in|slow)\W{0,3}\d{4,} ?ms\b|\bslow (query|request|response|write)|took \d+(\.\d+)? ?s(econds)?\b", RegexOptions.IgnoreCase)]
    private static partial Regex Slowness();
}

using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Models;

/// <summary>
/// Keeps secrets and what configuration calls private from leaving the machine. The same value has the same mask, so a
/// model can still see that two lines speak of one customer; what a person sees is put back.
/// </summary>
public sealed partial class Masking
{
    private readonly IReadOnlyList<Regex> _patterns;
    private readonly ConcurrentDictionary<string, string> _masks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Value, bool Secret)> _values = new(StringComparer.Ordinal);
    private int _count;

    /// <param name="patterns">Regular expressions of what is private besides credentials; no look-around.</param>
    /// <exception cref="ModelException">A pattern cannot be used.</exception>
    public Masking(IEnumerable<string>? patterns = null)
    {
        List<Regex> compiled = [];
        foreach (var pattern in patterns ?? [])
        {
            try
            {
                // Linear in the length of the text, whatever the pattern: the text comes from outside.
                compiled.Add(new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                throw new ModelException(ModelFailure.NotAllowed, $"privacy.mask holds a pattern that cannot be used, so nothing is sent: {pattern} ({e.Message})", inner: e);
            }
        }

        _patterns = compiled;
    }

    /// <summary>How many different values have been masked.</summary>
    public int Count => _values.Count;

    public string Mask(string text)
    {
        text = Redaction.Apply(text, value => MaskOf(value, secret: true));
        foreach (var pattern in _patterns)
        {
            text = pattern.Replace(text, match => match.Length == 0 ? "" : MaskOf(match.Value, secret: false));
        }

        return text;
    }

    /// <summary>What a person sees: every mask is its value again.</summary>
    public string Unmask(string text) => Replace(text, secrets: true);

    /// <summary>
    /// What a tool gets when a model calls it: names of customers and the like are put back, credentials never are, or
    /// text that talks a model into it could carry them out.
    /// </summary>
    public string UnmaskArgument(string text) => Replace(text, secrets: false);

    private string Replace(string text, bool secrets) => text.Contains("[[masked-", StringComparison.Ordinal)
        ? Mark().Replace(text, match => _values.TryGetValue(match.Value, out var known) && (secrets || !known.Secret) ? known.Value : match.Value)
        : text;

    private string MaskOf(string value, bool secret)
    {
        if (value == "[redacted]" || Mark().IsMatch(value))
        {
            return value;
        }

        return _masks.GetOrAdd(value, v =>
        {
            var mask = $"[[masked-{Interlocked.Increment(ref _count)}]]";
            _values[mask] = (v, secret);
            return mask;
        });
    }

    [GeneratedRegex(@"\[\[masked-\d+\]\]")]
    private static partial Regex Mark();
}

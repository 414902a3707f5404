using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>
/// Gives alarms and plans the four characters people name them by. A code is never given twice within 30 days, also
/// after a restart, so that what was said to an old question can never answer a new one.
/// </summary>
/// <param name="said">Told when the file cannot be read or written, in a sentence.</param>
public sealed class CodeBook(string? path, TimeProvider time, Action<string>? said = null)
{
    /// <summary>Thirty letters and digits that cannot be taken for one another.</summary>
    public const string Alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

    public const int Length = 4;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly Lock _lock = new();
    private Dictionary<string, DateTimeOffset>? _given;

    /// <summary>A new code, stored before it is returned.</summary>
    /// <param name="stored">False for what must have a code even where it cannot be stored: an alert, with which nothing is approved.</param>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public string Issue(bool stored = true)
    {
        lock (_lock)
        {
            _given ??= Load();
            var now = time.GetUtcNow();
            foreach (var old in _given.Where(g => now - g.Value > Kept).Select(g => g.Key).ToList())
            {
                _given.Remove(old);
            }

            string code;
            do
            {
                code = RandomNumberGenerator.GetString(Alphabet, Length);
            }
            while (!code.Any(char.IsAsciiDigit) || !_given.TryAdd(code, now));

            try
            {
                if (path is not null)
                {
                    WholeFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(_given, CodeJson.Default.DictionaryStringDateTimeOffset));
                }
            }
            catch (Exception e) when (!stored && e is IOException or UnauthorizedAccessException)
            {
                said?.Invoke($"{path} cannot be written ({SafeText.Line(e.Message, 160)}); the code {code} is known until the next start only");
            }

            return code;
        }
    }

    /// <summary>The code a word is, in capitals; null when it is none. One digit at least tells it from a word.</summary>
    public static string? Read(string word)
    {
        var code = word.Trim().TrimEnd('.', ',', '!', '?').ToUpperInvariant();
        return code.Length == Length && code.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) && code.Any(char.IsAsciiDigit) ? code : null;
    }

    private Dictionary<string, DateTimeOffset> Load()
    {
        try
        {
            return path is not null && File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), CodeJson.Default.DictionaryStringDateTimeOffset) ?? [] : [];
        }
        catch (JsonException)
        {
            // Nothing is approved by a code that no plan has, so what is lost is that none is given twice in 30 days.
            var kept = Unreadable.Keep(path!, "it cannot be read, so codes are given out anew");
            said?.Invoke(kept);
            return [];
        }
    }
}

[JsonSerializable(typeof(Dictionary<string, DateTimeOffset>))]
internal sealed partial class CodeJson : JsonSerializerContext;

using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <param name="Until">Nothing is sent before.</param>
/// <param name="Tokens">What a solved captcha is handed in with.</param>
public sealed record RateLimitState(DateTimeOffset Until, IReadOnlyList<string> Tokens, int Times);

/// <summary>
/// Signal's own limit on sending, kept in <c>rate-limit.json</c>: after a refusal nothing is sent until the time it named
/// is over, else an hour and then twice as long each time, or until the captcha is handed in. Trying sooner makes it worse.
/// </summary>
public sealed class RateLimit(string folder, TimeProvider time)
{
    private readonly string _path = Path.Combine(folder, "rate-limit.json");
    private readonly Lock _gate = new();
    private DateTime _read = DateTime.MaxValue;
    private RateLimitState? _state;

    /// <summary>Told when the file cannot be read, in a sentence.</summary>
    public Action<string> Said { get; init; } = _ => { };

    /// <summary>Null while sending is allowed.</summary>
    public RateLimitState? Present
    {
        get
        {
            lock (_gate)
            {
                return Read() is { } state && state.Until > time.GetUtcNow() ? state : null;
            }
        }
    }

    public RateLimitState Begin(IReadOnlyList<string> tokens, TimeSpan? wait)
    {
        lock (_gate)
        {
            var before = Read();
            var times = Math.Min((before?.Times ?? 0) + 1, 6);
            var most = TimeSpan.FromHours(24);
            var until = time.GetUtcNow() + (wait is { } named && named > TimeSpan.Zero ? (named < most ? named : most) : TimeSpan.FromHours(Math.Min(24, Math.Pow(2, times - 1))));
            _state = new RateLimitState(until, tokens.Count > 0 ? tokens : before?.Tokens ?? [], times);
            try
            {
                WholeFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(_state, OutboxJson.Default.RateLimitState));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is kept to all the same, by this process.
                Said($"{_path} cannot be written ({SafeText.Line(e.Message, 160)}), so the limit of Signal is known until the next start only");
            }

            _read = File.GetLastWriteTimeUtc(_path);
            return _state;
        }
    }

    /// <summary>Sending works again.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (Read() is not null)
            {
                File.Delete(_path);
                _state = null;
            }
        }
    }

    /// <summary>The file may be changed by the command that hands a captcha in.</summary>
    private RateLimitState? Read()
    {
        var written = File.GetLastWriteTimeUtc(_path);
        if (written != _read)
        {
            _read = written;
            try
            {
                _state = File.Exists(_path) ? JsonSerializer.Deserialize(File.ReadAllBytes(_path), OutboxJson.Default.RateLimitState) : null;
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                // It must not keep everything from being sent; the next refusal writes it anew.
                _state = null;
                Said($"{_path} cannot be read ({SafeText.Line(e.Message, 160)}), so whether Signal limits sending is not known: it is tried");
            }
        }

        return _state;
    }
}

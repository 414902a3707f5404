using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>All that the watching knows, in one file that is always whole: alarms, notices, silences, memory of the hosts.</summary>
public sealed class AlarmBook
{
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(1);

    public Dictionary<string, Alarm> Alarms { get; set; } = [];

    public Dictionary<string, HostMemory> Hosts { get; set; } = [];

    public List<Silence> Silences { get; set; } = [];

    public Dictionary<string, Notice> Notices { get; set; } = [];

    /// <summary>Changes of state of a thing within the last hour, by alarm; what flapping is told by.</summary>
    public Dictionary<string, List<DateTimeOffset>> Swings { get; set; } = [];

    /// <summary>When notices went out, for the budget.</summary>
    public List<DateTimeOffset> Said { get; set; } = [];

    public List<DateTimeOffset> Investigated { get; set; } = [];

    /// <summary>What a digest will say, in order.</summary>
    public List<string> Overnight { get; set; } = [];

    /// <summary>Alarms that are over, newest last; the last two hundred.</summary>
    public List<Alarm> Past { get; set; } = [];

    public DateTimeOffset? LastDigest { get; set; }

    /// <summary>The last moment the watching was known to run.</summary>
    public DateTimeOffset? LastTick { get; set; }

    /// <summary>Serialises reading and changing; never held while anything outside is waited for.</summary>
    [JsonIgnore]
    public Lock Gate { get; } = new();

    [JsonIgnore]
    public string? Path { get; private set; }

    /// <summary>Why it could not be stored last time; empty when it was. The watching goes on with what it has in memory.</summary>
    [JsonIgnore]
    public string Problem { get; private set; } = "";

    /// <summary>Told when it cannot be read or stored, and when it can again; in a sentence.</summary>
    [JsonIgnore]
    public Action<string> Log { get; private set; } = _ => { };

    /// <param name="path">Where it is kept; null for memory alone.</param>
    /// <param name="log">Told when it cannot be read or stored, and when it can again; in a sentence.</param>
    /// <remarks>
    /// A file that is no alarm book is kept beside the new one, which says so in its first digest: whoever watches must not stay
    /// away because of it.
    /// </remarks>
    /// <exception cref="InvalidDataException">The file is there and may not be read.</exception>
    public static AlarmBook Open(string? path, Action<string>? log = null)
    {
        AlarmBook? book = null;
        string? lost = null;
        if (path is not null && File.Exists(path))
        {
            try
            {
                book = JsonSerializer.Deserialize(File.ReadAllBytes(path), MonitorJson.Default.AlarmBook);
            }
            catch (JsonException)
            {
                // Said below, as for one of which parts are missing.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
            }

            lost = book is { IsWhole: true } ? null : Unreadable.Keep(path, "it cannot be read, so what was known of alerts is forgotten and the watching begins anew");
        }

        book = lost is null && book is not null ? book : new AlarmBook();
        (book.Path, book.Log) = (path, log ?? book.Log);
        if (lost is not null)
        {
            book.Overnight.Add("My memory of alerts could not be read and begins anew: what is open now is told again, and silences are over.");
            book.Log(lost);
        }

        return book;
    }

    private bool IsWhole => Alarms is not null && Hosts is not null && Silences is not null && Notices is not null && Swings is not null && Said is not null && Past is not null && Overnight is not null && Investigated is not null
        && Alarms.Values.All(a => a is { Host: not null, Rule: not null, Thing: not null }) && Notices.Values.All(n => n is { Id: not null, Host: not null, Alarms: not null, Posts: not null })
        && Hosts.Values.All(h => h is { Series: not null, Containers: not null, Failures: not null }) && Silences.TrueForAll(s => s is not null) && Swings.Values.All(s => s is { Count: > 0 });

    /// <summary>Stores it; the caller holds <see cref="Gate"/>. Where that fails, <see cref="Problem"/> says why, and what is next stored holds this as well.</summary>
    public void Save()
    {
        if (Path is null)
        {
            return;
        }

        var before = Problem;
        try
        {
            WholeFile.Replace(Path, JsonSerializer.SerializeToUtf8Bytes(this, MonitorJson.Default.AlarmBook));
            Problem = "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = OutsideText.Line(e.Message, 160);
        }

        if (Problem.Length > 0 != before.Length > 0)
        {
            Log(Problem.Length > 0 ? $"{Path} cannot be written ({Problem}); the watching goes on, but a restart would not know of what happens meanwhile" : $"{Path} can be written again");
        }
    }

    /// <summary>
    /// Takes the time of a clock that was put back: nothing known lies in the future then, so that nothing waits for a time that
    /// is long in coming. The caller holds <see cref="Gate"/>.
    /// </summary>
    public void PutBack(DateTimeOffset now)
    {
        if (LastTick is not { } last || last - now < ClockSlack)
        {
            return;
        }

        DateTimeOffset Not(DateTimeOffset at) => at < now ? at : now;
        DateTimeOffset? NotAfter(DateTimeOffset? at) => at is { } known ? Not(known) : null;
        foreach (var alarm in Alarms.Values)
        {
            (alarm.Since, alarm.LastSeen) = (Not(alarm.Since), Not(alarm.LastSeen));
            (alarm.FiredAt, alarm.GoodSince, alarm.OverAt, alarm.OtherSince, alarm.AckedAt) = (NotAfter(alarm.FiredAt), NotAfter(alarm.GoodSince), NotAfter(alarm.OverAt), NotAfter(alarm.OtherSince), NotAfter(alarm.AckedAt));
        }

        foreach (var notice in Notices.Values)
        {
            notice.CreatedAt = Not(notice.CreatedAt);
            (notice.SentAt, notice.LastEdit, notice.LastSaid, notice.EscalatedAt) = (NotAfter(notice.SentAt), NotAfter(notice.LastEdit), NotAfter(notice.LastSaid), NotAfter(notice.EscalatedAt));
        }

        foreach (var swings in Swings.Values)
        {
            swings.RemoveAll(s => s > now);
        }

        foreach (var gone in Swings.Where(s => s.Value.Count == 0).Select(s => s.Key).ToList())
        {
            Swings.Remove(gone);
        }

        foreach (var host in Hosts.Values)
        {
            host.PutBack(now);
        }

        Said.RemoveAll(s => s > now);
        Investigated.RemoveAll(i => i > now);
        Silences = [.. Silences.Select(s => s with { From = Not(s.From), Until = s.Until - now < Silence.Longest ? s.Until : now + Silence.Longest })];
        (LastDigest, LastTick) = (NotAfter(LastDigest), now);
    }

    public HostMemory Host(string host)
    {
        if (!Hosts.TryGetValue(host, out var memory))
        {
            Hosts[host] = memory = new HostMemory();
        }

        return memory;
    }

    public bool IsSilenced(Alarm alarm, DateTimeOffset now) => Silences.Exists(s => s.Covers(alarm, now));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(AlarmBook))]
internal sealed partial class MonitorJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>All that the watching knows, in one file that is always whole: alarms, notices, silences, memory of the hosts.</summary>
public sealed class AlarmBook
{
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

    public long NextNotice { get; set; } = 1;

    public DateTimeOffset? LastDigest { get; set; }

    /// <summary>The last moment the watching was known to run.</summary>
    public DateTimeOffset? LastTick { get; set; }

    /// <summary>Serialises reading and changing; never held while anything outside is waited for.</summary>
    [JsonIgnore]
    public Lock Gate { get; } = new();

    [JsonIgnore]
    public string? Path { get; private set; }

    /// <param name="path">Where it is kept; null for memory alone.</param>
    /// <exception cref="InvalidDataException">The file is there and is no alarm book; it is not overwritten.</exception>
    public static AlarmBook Open(string? path)
    {
        AlarmBook? book = null;
        if (path is not null && File.Exists(path))
        {
            try
            {
                book = JsonSerializer.Deserialize(File.ReadAllBytes(path), MonitorJson.Default.AlarmBook);
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{path} cannot be read: {e.Message}. Move it away to start with an empty one.", e);
            }
        }

        book ??= new AlarmBook();
        book.Path = path;
        return book;
    }

    /// <summary>Stores it; the caller holds <see cref="Gate"/>.</summary>
    public void Save()
    {
        if (Path is not null)
        {
            WholeFile.Replace(Path, JsonSerializer.SerializeToUtf8Bytes(this, MonitorJson.Default.AlarmBook));
        }
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

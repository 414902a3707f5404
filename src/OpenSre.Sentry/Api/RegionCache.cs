using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenSre.Sentry;

/// <summary>
/// In which region of sentry.io an organization is, kept for a week so that it is not asked for at each start. What is kept
/// is an address and nothing secret; whether it may be trusted with a token is decided anew at each use.
/// </summary>
/// <param name="path">The file; it need not exist.</param>
/// <param name="isFresh">Nothing that was kept is believed; what is learnt replaces it.</param>
public sealed class RegionCache(string path, TimeProvider time, bool isFresh = false)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    /// <summary>Nothing kept before is believed.</summary>
    public bool IsFresh => isFresh;

    /// <summary>The region's address, or null when it has to be asked for.</summary>
    public string? Find(string organization) =>
        !isFresh && Read()[organization] is JsonObject kept && DateTimeOffset.TryParse((string?)kept["at"], System.Globalization.CultureInfo.InvariantCulture, out var at) && time.GetUtcNow() - at is var age && age >= TimeSpan.Zero && age < Lasts
            ? (string?)kept["url"]
            : null;

    public void Keep(string organization, string url)
    {
        var all = Read();
        all[organization] = new JsonObject { ["url"] = url, ["at"] = time.GetUtcNow().ToString("O") };
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var fresh = $"{path}.{Guid.NewGuid():N}";
            File.WriteAllText(fresh, all.ToJsonString());
            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where nothing can be kept, the region is asked for at each start.
        }
    }

    private JsonObject Read()
    {
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? [] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Damaged: as if nothing had been kept.
            return [];
        }
    }
}

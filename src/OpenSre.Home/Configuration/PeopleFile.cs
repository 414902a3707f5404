using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>Those who were paired on this machine: <c>people.json</c> in the assistant's folder.</summary>
public static class PeopleFile
{
    public static string PathIn(string folder) => Path.Combine(folder, "people.json");

    /// <exception cref="InvalidDataException">The file is there and cannot be used; the message is one sentence.</exception>
    public static IReadOnlyList<Person> Load(string folder)
    {
        var path = PathIn(folder);
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            var people = JsonSerializer.Deserialize(File.ReadAllText(path), PeopleJson.Default.ListPerson) ?? [];
            return [.. people.Select(p => p is { Name.Length: > 0, Uuid.Length: > 0 }
                ? p with { Uuid = HomeConfigReader.Uuid(p.Uuid, s => new InvalidDataException($"{path} cannot be used: {s}")) }
                : throw new InvalidDataException($"{path} cannot be used: everybody in it needs a name and a uuid"))];
        }
        catch (FileNotFoundException)
        {
            // Removed at this moment: nobody is paired any more.
            return [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message.TrimEnd('.')}. Put it right, or move it away and pair again", e);
        }
    }

    /// <summary>Adds a person, or replaces the one of the same UUID.</summary>
    /// <exception cref="InvalidDataException">The file is there and cannot be used; it is left as it is.</exception>
    public static void Add(string folder, Person person) =>
        WholeFile.Replace(PathIn(folder), JsonSerializer.SerializeToUtf8Bytes([.. Load(folder).Where(p => p.Uuid != person.Uuid), person], PeopleJson.Default.ListPerson));

    /// <summary>Those of the configuration first; what it says of a person wins over what was paired.</summary>
    public static IReadOnlyList<Person> Merge(IReadOnlyList<Person> configured, IReadOnlyList<Person> paired) =>
        [.. configured, .. paired.Where(p => configured.All(c => c.Uuid != p.Uuid))];
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<Person>))]
internal sealed partial class PeopleJson : JsonSerializerContext;

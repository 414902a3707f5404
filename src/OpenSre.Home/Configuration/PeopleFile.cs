using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <summary>Those who were paired on this machine: <c>people.json</c> in the assistant's folder.</summary>
public static class PeopleFile
{
    /// <exception cref="InvalidDataException">The file is there and cannot be read.</exception>
    public static IReadOnlyList<Person> Load(string folder)
    {
        var path = Path.Combine(folder, "people.json");
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), PeopleJson.Default.ListPerson) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Those of the configuration and those who were paired, as they are at each moment: the file is read again when it
    /// changed. A file that cannot be read any more leaves the people as they were.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is there and cannot be read now.</exception>
    public static IReadOnlyList<Person> Live(IReadOnlyList<Person> configured, string folder)
    {
        var path = Path.Combine(folder, "people.json");
        var read = File.GetLastWriteTimeUtc(path);
        var people = Merge(configured, Load(folder));
        var gate = new Lock();
        return new LiveList<Person>(() =>
        {
            lock (gate)
            {
                var written = File.GetLastWriteTimeUtc(path);
                if (written != read)
                {
                    read = written;
                    try
                    {
                        people = Merge(configured, Load(folder));
                    }
                    catch (Exception e) when (e is InvalidDataException or IOException)
                    {
                        // Changed by hand and broken: nobody loses or gains anything by it; the next start says what is wrong.
                    }
                }

                return people;
            }
        });
    }

    /// <summary>Adds a person, or replaces the one of the same UUID.</summary>
    public static void Add(string folder, Person person) =>
        WholeFile.Replace(Path.Combine(folder, "people.json"), JsonSerializer.SerializeToUtf8Bytes([.. Load(folder).Where(p => p.Uuid != person.Uuid), person], PeopleJson.Default.ListPerson));

    /// <summary>Those of the configuration first; what it says of a person wins over what was paired.</summary>
    public static IReadOnlyList<Person> Merge(IReadOnlyList<Person> configured, IReadOnlyList<Person> paired) =>
        [.. configured, .. paired.Where(p => configured.All(c => c.Uuid != p.Uuid))];
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<Person>))]
internal sealed partial class PeopleJson : JsonSerializerContext;

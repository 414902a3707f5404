namespace OpenSre.Home;

/// <param name="Name">The name as the house writes it.</param>
/// <param name="Entities">All that go by it.</param>
internal sealed record NameMatch(string Name, IReadOnlyList<HomeEntity> Entities);

/// <summary>The names of a house, ready for matching. Made once for a house.</summary>
internal sealed class HouseIndex
{
    private readonly PhraseIndex<NameMatch> _names = new();
    private readonly PhraseIndex<Area> _areas = new();
    private readonly PhraseIndex<Floor> _floors = new();
    private readonly PhraseIndex<HomeLabel> _labels = new();

    public HouseIndex(House house)
    {
        House = house;
        Dictionary<string, List<HomeEntity>> byName = new(StringComparer.Ordinal);
        foreach (var entity in house.Entities)
        {
            foreach (var key in entity.Aliases.Prepend(entity.Name).Select(n => string.Join(' ', Sentence.WordsOf(n))).Where(k => k.Length > 0).Distinct(StringComparer.Ordinal))
            {
                if (!byName.TryGetValue(key, out var list))
                {
                    byName[key] = list = [];
                }

                list.Add(entity);
            }
        }

        foreach (var (key, entities) in byName)
        {
            _names.Add(key.Split(' '), new NameMatch(entities[0].Name, entities));
        }

        foreach (var area in house.Areas)
        {
            Add(_areas, area.Aliases.Prepend(area.Name), area);
        }

        foreach (var floor in house.Floors)
        {
            Add(_floors, floor.Aliases.Prepend(floor.Name), floor);
        }

        foreach (var label in house.Labels)
        {
            _labels.Add(Sentence.WordsOf(label.Name), label);
        }
    }

    public House House { get; }

    public IEnumerable<(int End, NameMatch Value)> Names(Sentence sentence, int at) => _names.Read(sentence, at);

    public IEnumerable<(int End, Area Value)> Areas(Sentence sentence, int at) => _areas.Read(sentence, at);

    public IEnumerable<(int End, Floor Value)> Floors(Sentence sentence, int at) => _floors.Read(sentence, at);

    public IEnumerable<(int End, HomeLabel Value)> Labels(Sentence sentence, int at) => _labels.Read(sentence, at);

    /// <summary>Rooms are also written in one word: livingroom.</summary>
    private static void Add<T>(PhraseIndex<T> index, IEnumerable<string> names, T value)
    {
        foreach (var words in names.Select(Sentence.WordsOf).Where(w => w.Length > 0).DistinctBy(w => string.Join(' ', w)))
        {
            index.Add(words, value);
            if (words.Length == 2)
            {
                index.Add([words[0] + words[1]], value);
            }
        }
    }
}

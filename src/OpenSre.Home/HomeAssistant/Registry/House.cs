namespace OpenSre.Home;

/// <param name="Level">Storeys above the ground floor; null where the house does not say.</param>
public sealed record Floor(string Id, string Name, IReadOnlyList<string> Aliases, int? Level = null);

/// <param name="FloorId">Null when the area is on no floor.</param>
public sealed record Area(string Id, string Name, IReadOnlyList<string> Aliases, string? FloorId);

/// <summary>A label of the house: what carries it belongs together wherever it is.</summary>
public sealed record HomeLabel(string Id, string Name);

/// <summary>One entity as a person would speak of it.</summary>
/// <param name="Name">The name shown in Home Assistant.</param>
/// <param name="Aliases">Other names it answers to; never a blank one, which would answer to everything.</param>
/// <param name="AreaId">Its own area, else that of its device.</param>
/// <param name="Exposed">Whether the house lets a conversation act on it.</param>
public sealed record HomeEntity(string Id, string Name, IReadOnlyList<string> Aliases, string? AreaId, string? DeviceClass, bool Exposed = true)
{
    /// <summary>The part before the dot: light, switch, lock.</summary>
    public string Domain { get; } = Id[..Math.Max(0, Id.IndexOf('.', StringComparison.Ordinal))];

    /// <summary>Ids of the labels it, its device or its area carries.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}

/// <summary>What a house is made of: what does not change from minute to minute.</summary>
/// <param name="Notes">What could not be read of it, in sentences.</param>
public sealed record House(IReadOnlyList<Floor> Floors, IReadOnlyList<Area> Areas, IReadOnlyList<HomeEntity> Entities, IReadOnlyList<string> Notes)
{
    public static House Empty { get; } = new([], [], [], []);

    public IReadOnlyList<HomeLabel> Labels { get; init; } = [];

    public Area? AreaOf(HomeEntity entity) => entity.AreaId is null ? null : Areas.FirstOrDefault(a => a.Id == entity.AreaId);

    /// <summary>The area of this name, by whatever name it goes.</summary>
    public Area? FindArea(string name) => Areas.FirstOrDefault(a => Called(a.Name, a.Aliases, name));

    public Floor? FindFloor(string name) => Floors.FirstOrDefault(f => Called(f.Name, f.Aliases, name));

    public bool IsOn(HomeEntity entity, Floor floor) => AreaOf(entity)?.FloorId == floor.Id;

    private static bool Called(string name, IReadOnlyList<string> aliases, string asked) =>
        string.Equals(name, asked, StringComparison.OrdinalIgnoreCase) || aliases.Contains(asked, StringComparer.OrdinalIgnoreCase);
}

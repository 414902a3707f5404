namespace OpenSre.Home;

/// <summary>Which of the things spoken of an answer is about.</summary>
public enum QueryMode { One, Any, All, Which, Count }

/// <summary>A length of time as it was said.</summary>
/// <param name="Hours">As said: "90 minutes" is no hour.</param>
public sealed record HomeDuration(int Hours, int Minutes, int Seconds)
{
    public TimeSpan Length => new(Hours, Minutes, Seconds);
}

/// <summary>What a sentence asks of a house. What was not said is null.</summary>
public sealed record HomeRequest(HomeVerb Verb, string Sentence)
{
    /// <summary>The entity's name, where one was named.</summary>
    public string? Name { get; init; }

    /// <summary>All entities of that name which the verb can be about; more than one is for the asker to decide.</summary>
    public IReadOnlyList<HomeEntity> Named { get; init; } = [];

    public Area? Area { get; init; }

    /// <summary>The area is that of the asker and was not said.</summary>
    public bool AreaIsAskers { get; init; }

    public Floor? Floor { get; init; }

    /// <summary>A label of the house: "the christmas lights".</summary>
    public HomeLabel? Label { get; init; }

    /// <summary>"Here", "in this room".</summary>
    public bool Here { get; init; }

    /// <summary>"Everywhere", "in the whole house".</summary>
    public bool Everywhere { get; init; }

    /// <summary>"All", "every".</summary>
    public bool All { get; init; }

    public string? Domain { get; init; }

    public string? DeviceClass { get; init; }

    /// <summary>The state asked about, in Home Assistant's words for the domain.</summary>
    public string? State { get; init; }

    public QueryMode Mode { get; init; }

    /// <summary>A level or volume in percent, degrees, a number.</summary>
    public decimal? Value { get; init; }

    /// <summary>What a level is of where it was said: brightness, position, speed.</summary>
    public string? Aspect { get; init; }

    public string? Colour { get; init; }

    /// <summary>An item, a title, the name of a timer, a command for later: as it was written.</summary>
    public string? Text { get; init; }

    public string? MediaClass { get; init; }

    public HomeDuration? Duration { get; init; }

    /// <summary>The length a timer was started with, which tells it from others.</summary>
    public HomeDuration? TimerLength { get; init; }
}

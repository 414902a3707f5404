namespace OpenSre.Home;

/// <summary>Why Home Assistant did not do what it was asked.</summary>
public enum HomeAssistantFault
{
    /// <summary>Nothing answers at that address.</summary>
    Unreachable,

    /// <summary>The token is not taken. Not tried again: repeated failures get the address banned there.</summary>
    Unauthorized,

    /// <summary>There is no such entity, service or command.</summary>
    NotFound,

    /// <summary>It understood the call and refuses it.</summary>
    Refused,

    /// <summary>Something broke inside it or in the device.</summary>
    Failed,

    /// <summary>No answer in time: whether it was done is not known.</summary>
    TimedOut,

    /// <summary>It said something that is not in its protocol.</summary>
    Garbled,
}

/// <summary>A call to Home Assistant that did not succeed; the message is a sentence for a person and holds no token.</summary>
public sealed class HomeAssistantException(HomeAssistantFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public HomeAssistantFault Fault { get; } = fault;
}

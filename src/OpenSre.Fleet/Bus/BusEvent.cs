namespace OpenSre.Fleet;

/// <summary>What a subscriber learns.</summary>
public abstract record BusEvent;

/// <summary>A message of a peer, unverified.</summary>
/// <param name="Frame">The bytes as they came, without their line end.</param>
public sealed record BusReceived(BusMessage Message, ReadOnlyMemory<byte> Frame) : BusEvent;

/// <summary>Messages were lost because this subscriber, or whoever handles its events, was too slow.</summary>
public sealed record BusLost(long Count) : BusEvent;

/// <summary>Something came that is no message; it was left out.</summary>
public sealed record BusGarbled(int Bytes) : BusEvent;

/// <summary>The broker has ended. What is published before <see cref="BusAttached"/> is lost.</summary>
public sealed record BusDetached : BusEvent;

/// <summary>Attached, for the first time or again.</summary>
/// <param name="IsBroker">This process is the broker now.</param>
public sealed record BusAttached(bool IsBroker, bool Again) : BusEvent;

/// <summary>There is no bus and none can be opened; it is tried again.</summary>
public sealed record BusFailed(string Reason) : BusEvent;

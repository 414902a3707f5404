namespace OpenSre.Diagnostics;

/// <summary>What a thing outside is said to be in.</summary>
public enum OutsideState { None, Well, Trouble }

/// <summary>A line of log, an entry or a status in the answer of a tool whose format nobody has told us.</summary>
/// <param name="Quote">As it stands in the output.</param>
/// <param name="Text">What it says, unescaped.</param>
/// <param name="At">When, if it says so.</param>
/// <param name="Source">The thing it says it is of; empty when it does not.</param>
/// <param name="IsError">Its level is error or above.</param>
/// <param name="State">The state it gives the thing.</param>
public readonly record struct OutsideLine(string Quote, string Text, DateTimeOffset? At, string Source, bool IsError, OutsideState State = OutsideState.None);

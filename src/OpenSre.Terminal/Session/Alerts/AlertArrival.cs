using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>Alerts that came by themselves, while the session does something else.</summary>
/// <param name="From">Where they came from, in a few words.</param>
/// <param name="Text">As they came.</param>
/// <param name="Alerts">The same, read; also resolved ones.</param>
public sealed record AlertArrival(string From, string Text, IReadOnlyList<Alert> Alerts);

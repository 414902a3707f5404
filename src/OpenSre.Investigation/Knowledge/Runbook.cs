namespace OpenSre.Investigation;

/// <summary>A runbook: what to do about a kind of alert, in Markdown.</summary>
/// <param name="Title">Its field <c>title</c>, its first heading, or the name of its file.</param>
/// <param name="Alerts">Names of alerts it is for; <c>*</c> stands for anything.</param>
/// <param name="Labels">Labels an alert must have, as <c>name=value</c>.</param>
/// <param name="Faults">Fault types it is for.</param>
public sealed record Runbook(string Path, string Title, IReadOnlyList<string> Alerts, IReadOnlyList<string> Labels, IReadOnlyList<string> Faults, IReadOnlyList<string> Keywords, string Text);

/// <summary>A runbook that fits, and why it does.</summary>
/// <param name="Score">0 … 1; for the order only.</param>
public sealed record RunbookMatch(Runbook Runbook, double Score, string Why);

using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>A line of the alert journal: an alert as it came, or the start of an investigation.</summary>
/// <param name="RunFor">The incident an investigation was started for.</param>
/// <param name="Ticket">The taking it came with: the same delivery taken twice at once is told apart by it.</param>
public sealed record AlertLine(DateTimeOffset At, Alert? Alert, string? Delivery, string? RunFor = null, string? RunId = null, string? Ticket = null);

/// <summary>A distinct alert in a list.</summary>
public sealed record AlertRow(long Number, string Key, string Name, string Summary, Severity Severity, AlertStatus Status, string Source, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, int Count, string Incident);

public sealed record AlertPage(IReadOnlyList<AlertRow> Alerts, long Total, long? Next);

/// <summary>Alerts that belong together.</summary>
/// <param name="State">open, resolved, or merged when another incident has taken it up.</param>
/// <param name="Folded">Deliveries that were folded into it beyond the first of each alert.</param>
/// <param name="Storm">Whether many things complain of the same at once.</param>
/// <param name="Merged">Incidents that were opened on their own and turned out to be this one.</param>
/// <param name="MergedInto">The incident that has taken it up, if one has.</param>
public sealed record IncidentView(string Id, string Title, Severity Severity, string State, DateTimeOffset OpenedAt, DateTimeOffset LastSeen, int Alerts, int Firing, long Folded, bool Storm, string? RunId, IReadOnlyList<string> Samples, int Merged = 0, string? MergedInto = null);

public sealed record IncidentPage(IReadOnlyList<IncidentView> Incidents, int Total);

/// <summary>Something that happened to an incident, numbered in the order of the journal.</summary>
/// <param name="Type">incident.opened, incident.worsened, incident.merged, incident.resolved or incident.investigated.</param>
public sealed record IncidentEvent(long Seq, string Type, DateTimeOffset At, IncidentView Incident);

/// <summary>What became of the alerts of one delivery.</summary>
public sealed record Taken(int Received, int New, int Repeated, IReadOnlyList<string> Incidents);

using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Spans as records: <c>span trace= id= parent= service= start_ms= duration_ms= status= text=NAME: ERROR</c>.</summary>
public static class SpanRecords
{
    public static IEnumerable<(Span Span, Record Record)> Read(StoredOutput output) =>
        Record.ReadAll(output).Where(r => r.Kind == "span").Select(r => (
            new Span(r["trace"], r["id"], r["parent"] is { Length: > 0 } parent ? parent : null, r["service"], r["text"], r.Number("start_ms") ?? 0, r.Number("duration_ms") ?? 0, r["status"] is "ERROR" or "error"),
            r));
}

namespace OpenSre.Terminal;

/// <summary>Who is speaking, seen before anything is asked.</summary>
internal static class Banner
{
    /// <param name="columns">The widest a row may be; 0 for any.</param>
    public static IReadOnlyList<Row> Of(SessionHost host, int columns)
    {
        var width = columns > 0 ? columns : int.MaxValue;
        return
        [
            Row.Of("OpenSRE", Ink.Bold | Ink.Accent).Add($" {host.Version} · {host.Engine} · session {host.SessionId}", Ink.Dim).Cut(width),
            Row.Of("sources  ", Ink.Dim).Add(host.Sources()).Cut(width),
            Row.Of("folder   ", Ink.Dim).Add(host.WorkingDirectory).Cut(width),
            Row.Of("Say what is wrong, paste an alert, or name a file. /help lists the rest.", Ink.Dim).Cut(width),
        ];
    }
}

using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>Who is speaking, seen before anything is asked.</summary>
internal static class Banner
{
    public static string Of(SessionHost host, Look look)
    {
        var room = look.Width > 0 ? Math.Max(20, look.Width - 10) : int.MaxValue;
        return $"""
            {look.Bold("OpenSRE")} {look.Dim($"{host.Version} · {host.Engine}")}
            {look.Dim("sources")}  {SafeText.Line(host.Sources(), room)}
            {look.Dim("folder")}   {SafeText.Line(host.WorkingDirectory, room)}

            Say what is wrong, paste an alert, or name a file with one.
            {look.Dim("/help · Ctrl+C stops an investigation · Ctrl+D leaves")}

            """.ReplaceLineEndings("\n");
    }
}

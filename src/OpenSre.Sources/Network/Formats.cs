using System.Globalization;
using System.Net;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>How probes and tools write times, durations and addresses.</summary>
internal static class Formats
{
    public static string Ms(TimeSpan time) => $"{time.TotalMilliseconds:0} ms";

    /// <summary>UTC to the second, such as 2026-05-04T10:00:00Z.</summary>
    public static string Utc(DateTimeOffset time) => Utc(time.UtcDateTime);

    public static string Utc(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>host:port, with brackets around an IPv6 address.</summary>
    public static string HostPort(string host, int port) => host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";

    public static string HostPort(IPEndPoint endPoint) => HostPort(endPoint.Address.ToString(), endPoint.Port);

    /// <summary>Foreign text as one harmless line.</summary>
    public static string Quoted(string text, int width = 300) => SafeText.Line(text, width);
}

using System.Text.RegularExpressions;

namespace OpenSre.Sources;

/// <summary>
/// The paths of the Docker Engine API that only read. Exporting a container's files is a GET as well, but no business of
/// an investigation: what is not listed here is not asked.
/// </summary>
internal static partial class DockerPaths
{
    /// <summary>Times in a path are written relative, {now} or {now-3600}, so that a call is the same when it is replayed.</summary>
    public static string AtTime(string path, DateTimeOffset now) =>
        RelativeTime().Replace(path, m => (now.ToUnixTimeSeconds() - (m.Groups["back"].Success ? long.Parse(m.Groups["back"].ValueSpan) : 0)).ToString());

    public static bool MayBeRead(string path) => Readable().IsMatch(path) && !path.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(@"^/(_ping|version|info|system/df|events|images/json|networks|volumes|containers/json|containers/[A-Za-z0-9][A-Za-z0-9_.-]*/(json|logs|stats|top)|images/[A-Za-z0-9][A-Za-z0-9_.:/@-]*/json)(\?[\x21-\x7e]*)?\z")]
    private static partial Regex Readable();

    [GeneratedRegex(@"\{now(-(?<back>[0-9]{1,9}))?\}")]
    private static partial Regex RelativeTime();
}

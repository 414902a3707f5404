namespace OpenSre.Cli;

/// <summary>What can be looked at from here, on one line. Looks only whether files are there: a banner waits for it.</summary>
internal static class SourcesLine
{
    public static string Text()
    {
        List<string> here = [$"this machine ({Environment.MachineName})"];
        List<string> missing = [];
        Add("systemd", Directory.Exists("/run/systemd/system"));
        Add("journal", Directory.Exists("/run/log/journal") || Directory.Exists("/var/log/journal"));
        Add("docker", Toolbox.Docker().Socket is not { } socket || File.Exists(socket));
        if (MonitoringSetup.Prometheus() is { } prometheus)
        {
            Add(prometheus.Url is { } url ? $"prometheus ({url.Host})" : "prometheus", prometheus.Problem.Length == 0);
        }

        if (MonitoringSetup.Loki() is { } loki)
        {
            Add(loki.Url is { } url ? $"loki ({url.Host})" : "loki", loki.Problem.Length == 0);
        }

        Add("git", Places.Program("git") is not null);
        return string.Join(" · ", here) + (missing.Count > 0 ? $"   (not here: {string.Join(", ", missing)})" : "");

        void Add(string name, bool isHere) => (isHere ? here : missing).Add(name);
    }
}

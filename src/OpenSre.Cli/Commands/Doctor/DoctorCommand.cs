using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary><c>opensre doctor</c>: what can be looked at from here, what cannot, and the sentence that changes it.</summary>
internal static class DoctorCommand
{
    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellation)
    {
        var look = InteractiveSession.OutputLook;
        var list = new FindingList(output, look);
        output.Write($"{look.Bold("OpenSRE")} {look.Dim(ProgramVersion.Text)}\n\n");
        foreach (var finding in MachineFindings.All(Toolbox.LinuxPlaces()))
        {
            list.Write(finding);
        }

        list.Write(await ReachFindings.DockerAsync(Toolbox.Docker(), cancellation).ConfigureAwait(false));
        list.Write(ReachFindings.Git());
        list.Write(ReachFindings.Kubernetes());
        list.Write(ReachFindings.Ssh());
        list.Write(await ReachFindings.PrometheusAsync(MonitoringSetup.Prometheus(), cancellation).ConfigureAwait(false));
        list.Write(await ReachFindings.LokiAsync(MonitoringSetup.Loki(), cancellation).ConfigureAwait(false));
        list.Write(Home());
        list.Write(Terminal(look));
        list.End("What is missing or refused is left out of an investigation, and the report says so.");
        return ExitCodes.Done;
    }

    private static Finding Home() => Places.WhyNotWritable(HomeFolder.Path) is { } why
        ? Finding.Refused("home", $"{HomeFolder.Path} cannot be written: {why}", "Set OPENSRE_HOME to a folder of yours; without one a session works, but is not kept.")
        : Finding.Ok("home", HomeFolder.Path);

    private static Finding Terminal(Look look)
    {
        var term = Environment.GetEnvironmentVariable("TERM");
        if (!InteractiveSession.IsPossible)
        {
            return Finding.Missing("terminal", "Input or output is no terminal, so there is no session; a pipe gives one report.");
        }

        return look.Cursor
            ? Finding.Ok("terminal", $"{term}, {look.Width} columns{(look.Colour ? "" : ", no colours")}")
            : Finding.Missing("terminal", "TERM is dumb or empty: a session works, with plain lines and without editing.", "Set TERM to what the terminal is, such as xterm-256color.");
    }
}

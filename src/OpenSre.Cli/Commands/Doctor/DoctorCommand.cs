using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary><c>opensre doctor</c>: what can be looked at from here, what cannot, and the sentence that changes it.</summary>
internal static class DoctorCommand
{
    private const int NameWidth = 11;

    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellation)
    {
        var look = InteractiveSession.OutputLook;
        var counts = new int[3];
        output.Write($"{look.Bold("OpenSRE")} {look.Dim(ProgramVersion.Text)}\n\n");
        foreach (var finding in MachineFindings.All(Toolbox.LinuxPlaces()))
        {
            Write(finding);
        }

        Write(await ReachFindings.DockerAsync(Toolbox.Docker(), cancellation).ConfigureAwait(false));
        Write(ReachFindings.Git());
        Write(ReachFindings.Kubernetes());
        Write(ReachFindings.Ssh());
        Write(Home());
        Write(Terminal(look));
        output.Write($"\n{counts[0]} ok, {counts[1]} missing, {counts[2]} refused. What is missing or refused is left out of an investigation, and the report says so.\n");
        return ExitCodes.Done;

        void Write(Finding finding)
        {
            counts[(int)finding.State]++;
            var state = finding.State switch
            {
                FindingState.Ok => look.Good("ok     "),
                FindingState.Refused => look.Bad("refused"),
                _ => look.Warn("missing"),
            };
            output.Write($"{state}  {finding.Name.PadRight(NameWidth)}{SafeText.Clean(finding.Detail, keepLines: false)}\n");
            if (finding.Fix.Length > 0)
            {
                output.Write($"{new string(' ', 9 + NameWidth)}{look.Dim("→ " + SafeText.Clean(finding.Fix, keepLines: false))}\n");
            }

            output.Flush();
        }
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

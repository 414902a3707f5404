using System.Security.Cryptography;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary><c>opensre</c>: a session in the terminal.</summary>
internal static class SessionCommand
{
    public static async Task<int> RunAsync(CommandLine line, TextWriter output)
    {
        var time = TimeProvider.System;
        var id = $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
        var advice = new Lazy<ModelAdvice?>(() => ModelSetup.Advice(line.Model, line.Offline));
        var investigator = new Lazy<Investigator>(() => new Investigator(Toolbox.All(Toolbox.LocalRunner()), time) { Advice = advice.Value });
        var host = new SessionHost
        {
            Version = ProgramVersion.Text,
            Engine = line.Model is null && (line.Offline || !ModelSetup.IsPossible) ? "built-in engine" : EngineName(advice),
            Sources = SourcesLine.Text,
            WarmUp = WarmUp.Run,
            WorkingDirectory = Environment.CurrentDirectory,
            SessionId = id,
            LogPath = HomeFolder.Session(id),
            HistoryPath = Path.Combine(HomeFolder.Path, "history"),
            AuditPath = Path.Combine(HomeFolder.Path, "audit.jsonl"),
            KnownNames = KnownNames.All,
            Intake = text => AlertIntake.Read(text, time.GetUtcNow()),
            Investigate = (alerts, publish, steering, cancellation) =>
            {
                var incident = Incidents.From(alerts, time.GetUtcNow());
                return investigator.Value.InvestigateAsync(incident, incident.Primary.Name, publish, steering, cancellation);
            },
        };
        await InteractiveSession.RunAsync(host, output, line.Input, line.Plain).ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static string EngineName(Lazy<ModelAdvice?> advice) => advice.Value is { } model ? $"built-in engine with {model.Name}" : "built-in engine";
}

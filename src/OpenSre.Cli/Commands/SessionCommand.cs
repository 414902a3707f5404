using System.Security.Cryptography;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary><c>opensre</c>: a session in the terminal.</summary>
internal static class SessionCommand
{
    public static async Task<int> RunAsync(CommandLine line, TextWriter output)
    {
        var target = Target.From(line);
        var first = line.Input ?? (line.Saved is null ? null : target.Question);
        var time = target.Time;
        var id = $"{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
        var advice = new Lazy<ModelAdvice?>(() => ModelSetup.Advice(line.Model, line.Offline));
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
                var (tools, read) = target.For(alerts);
                var incident = Incidents.From(read, time.GetUtcNow());
                return new Investigator(tools, time, profile: target.Profile) { Advice = advice.Value }.InvestigateAsync(incident, incident.Primary.Name, publish, steering, cancellation);
            },
        };
        await InteractiveSession.RunAsync(host, output, first, line.Plain).ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static string EngineName(Lazy<ModelAdvice?> advice) => advice.Value is { } model ? $"built-in engine with {model.Name}" : "built-in engine";
}

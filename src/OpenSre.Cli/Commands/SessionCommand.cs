using System.Globalization;
using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Sources;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary><c>opensre</c>: a session in the terminal.</summary>
internal static class SessionCommand
{
    public static int Run(CommandLine line, TextWriter output)
    {
        var target = Target.From(line);
        var first = line.Input ?? (line.Saved is null ? null : target.Question);
        var beside = new Beside(isSaved: line.Saved is not null);
        var host = Host(line, target, new SessionModel(line.Model, line.Offline), beside);
        try
        {
            InteractiveSession.Run(host, output, first, line.Plain);
        }
        finally
        {
            beside.Close();
        }

        return ExitCodes.Done;
    }

    /// <summary>Answers the commands of a text that came through a pipe; null when it is none, but one thing to look into.</summary>
    public static async Task<int?> AnswerPipeAsync(CommandLine line, string text, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        if (text.AsSpan().TrimStart() is not ['/', ..])
        {
            return null;
        }

        var model = new SessionModel(line.Model, line.Offline);
        var programs = SessionPrograms.All(model, line.Offline);
        if (InteractiveSession.CommandsIn(text, programs) is not { } inputs)
        {
            return null;
        }

        var refusal = line.Json ? $"{SafeText.Line(inputs[0], 60)} gives no events; leave --json out." : InteractiveSession.Refusal(inputs, programs);
        if (refusal is not null)
        {
            await errors.WriteAsync($"opensre: {refusal}\n").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        var beside = new Beside(isSaved: line.Saved is not null);
        try
        {
            return await InteractiveSession.AnswerAsync(Host(line, Target.From(line), model, beside), inputs, output, cancellation).ConfigureAwait(false) ? ExitCodes.Done : ExitCodes.Failed;
        }
        finally
        {
            beside.Close();
        }
    }

    private static SessionHost Host(CommandLine line, Target target, SessionModel model, Beside beside)
    {
        var time = target.Time;
        var resumed = line.Resume is null ? null : Find(line.Resume);
        var id = resumed?.Id ?? NewId();
        return new SessionHost
        {
            Version = ProgramVersion.Text,
            Engine = model.EngineAtOnce,
            FindEngine = () =>
            {
                _ = beside.Open();
                return model.EngineName;
            },
            Sources = SourcesLine.Text,
            WarmUp = () => WarmUp.Run(model),
            WorkingDirectory = Environment.CurrentDirectory,
            SessionId = id,
            NewId = NewId,
            Resume = resumed,
            LogPath = resumed?.Path ?? HomeFolder.Session(id),
            HistoryPath = Path.Combine(HomeFolder.Path, "history"),
            AuditPath = Path.Combine(HomeFolder.Path, "audit.jsonl"),
            KnownNames = KnownNames.All,
            Intake = text => AlertIntake.Read(text, time.GetUtcNow()),
            ResolveDoubt = (file, text, cancellation) => model.AdviceAtHand is { IsQuick: true } advice
                ? DoubtfulQuestion.AskAsync(advice, file, text, DoubtfulQuestion.Patience, cancellation)
                : Task.FromResult<DoubtResolved?>(null),
            Investigate = async (request, cancellation) =>
            {
                if (request.RecordTo is { } path)
                {
                    if (target.IsCluster || line.Host is not null)
                    {
                        throw new InvalidDataException("only what is seen of this machine can be recorded");
                    }

                    using var writer = BundleWriter.Create(path, request.Text);
                    var recorded = await InvestigateAsync(request, Toolbox.Live(new RecordingRunner(Toolbox.LocalRunner(), writer)), request.Alerts, target, model, beside.Open().For(request.Approve, writer), cancellation).ConfigureAwait(false);
                    return writer.Failure is null ? recorded : throw new IOException(writer.Failure);
                }

                var (tools, alerts) = target.For(request.Alerts);
                return await InvestigateAsync(request, tools, alerts, target, model, beside.Open().For(request.Approve), cancellation).ConfigureAwait(false);
            },
            Replay = ReplayAsync,
            Programs = SessionPrograms.All(model, line.Offline),
            Watch = target => Watches.For(target, TimeProvider.System),
            Listen = (port, arrived, cancellation) => AlertListener.RunAsync(port, arrived, TimeProvider.System, cancellation),
        };
    }

    // No secret: it only keeps two sessions of one second apart, and a library of ciphers need not be loaded for it.
    private static string NewId()
    {
        var now = TimeProvider.System.GetUtcNow();
        var day = ((now.Year * 10000) + (now.Month * 100) + now.Day).ToString("D8", CultureInfo.InvariantCulture);
        var time = ((now.Hour * 10000) + (now.Minute * 100) + now.Second).ToString("D6", CultureInfo.InvariantCulture);
        var mark = ((((uint)Environment.ProcessId * 40503) ^ (uint)now.Ticks) & 0xffff).ToString("x4", CultureInfo.InvariantCulture);

        // Three at a time: more are handed over in an array of their own kind, which would be compiled at each start.
        return string.Concat(string.Concat(day, "-", time), "-", mark);
    }

    private static ShelvedSession Find(string words) => new SessionShelf(Path.Combine(HomeFolder.Path, "sessions")).Find(words) switch
    {
        [var one] => one,
        [] => throw new InvalidDataException($"no session has the id or words {SafeText.Line(words, 80)}; /sessions inside a session lists them"),
        var several => throw new InvalidDataException($"{several.Count} sessions have {SafeText.Line(words, 80)}; say more of the id: {string.Join(", ", several.Take(5).Select(s => s.Id))}"),
    };

    private static async Task<CaseFile> InvestigateAsync(CaseRequest request, IReadOnlyList<IEvidenceTool> tools, IReadOnlyList<Alert> alerts, Target target, SessionModel model, CaseSurroundings beside, CancellationToken cancellation)
    {
        var incident = Incidents.From(alerts, target.Time.GetUtcNow());
        var advice = model.Advice is { } known ? known with { Approve = request.Approve, Notes = _ => [.. request.Conclusions.Select((c, i) => new CaseNote("Concluded earlier in this session", $"session {i + 1}", c))] } : null;
        await using var leads = beside.Background is null ? null : BusLeads.Open();
        var investigator = new Investigator(tools, target.Time, profile: target.Profile)
        {
            Advice = advice,
            TellsOutputs = true,
            Beside = BusLeads.With(leads, beside),
        };
        return await investigator.InvestigateAsync(incident, incident.Primary.Name, request.Publish, request.Steering, cancellation).ConfigureAwait(false);
    }

    private static Task<CaseFile> ReplayAsync(string path, CaseRequest request, CancellationToken cancellation)
    {
        Bundle bundle;
        try
        {
            bundle = Bundle.Load(path);
        }
        catch (BundleException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        var time = new ReplayTime(bundle.Header.RecordedAt);
        var read = AlertIntake.Read(bundle.Input, time.GetUtcNow());
        if (read.Alerts.Count == 0)
        {
            throw new InvalidDataException($"the recording holds nothing to look into: {read.Message}");
        }

        var incident = Incidents.From(read.Alerts, time.GetUtcNow());
        return new Investigator(Toolbox.Of(bundle), time) { TellsOutputs = true, Beside = new CaseSurroundings { Supply = SupplyRecording.Of(bundle) } }
            .InvestigateAsync(incident, incident.Primary.Name, request.Publish, request.Steering, cancellation);
    }

    /// <summary>Reads the configuration when it is first wanted, and again after that failed: it may have been corrected.</summary>
    private sealed class Beside(bool isSaved)
    {
        private readonly Lock _lock = new();
        private BesideSetup? _open;

        /// <exception cref="InvalidDataException">The configuration cannot be used.</exception>
        public BesideSetup Open()
        {
            lock (_lock)
            {
                return _open ??= BesideSetup.Open(isSaved);
            }
        }

        public void Close()
        {
            if (_open is { } open)
            {
                open.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
    }
}

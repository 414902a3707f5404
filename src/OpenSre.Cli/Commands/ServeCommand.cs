using System.Runtime.InteropServices;
using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Server;

namespace OpenSre.Cli;

/// <summary><c>opensre serve</c>: investigations over HTTP, until it is told to stop.</summary>
internal static class ServeCommand
{
    public const string Usage = """
        opensre serve [OPTIONS]
        Serves investigations over HTTP: a page at /, the API under /api (see /openapi.json), alerts at /webhooks/VENDOR.

        --url URL              where to listen; http://127.0.0.1:8081. Beyond this machine OPENSRE_SERVER_TOKEN is needed
        --origin ORIGIN        a web page that may call it, as in https://ops.example.com; may be given again
        --certificate FILE     its certificate (PEM) for an https URL; --key FILE for the key, if it is in a file of its own
        --client-ca FILE       only clients with a certificate of this authority may come in; then no token is needed
        --postgres CONNECTION  share intake, work, events and approvals with other servers through this PostgreSQL, as in
                               "Host=db;Username=opensre;Database=opensre"; the password is in PGPASSWORD or a password file
        --model NAME           a model behind the engine, as "opensre model" lists them; "codex" runs one codex app-server for
                               all investigations; "configured" takes the one of config.yaml. Without it: the engine alone
        --investigate LEVEL    the least severity that is investigated by itself: info, warning, error, critical or none
        --runs N               investigations at the same time; 4
        --runs-per-hour N      investigations that alerts may start in an hour; 30
        --log-format FORMAT    of the log on standard error: text or json (one object a line)
        --log-level LEVEL      the least that is logged: debug (every request), info, warning or error; info

        Secrets of senders are in OPENSRE_WEBHOOK_SECRET_VENDOR, or one for all in OPENSRE_WEBHOOK_SECRET. Results are
        sent to OPENSRE_SLACK_WEBHOOK, OPENSRE_RESULT_WEBHOOK, OPENSRE_RESULT_FOLDER, and as notes to PagerDuty with
        OPENSRE_PAGERDUTY_TOKEN and OPENSRE_PAGERDUTY_FROM. Traces and metrics go to OTEL_EXPORTER_OTLP_ENDPOINT.

        """;

    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors)
    {
        var (settings, model, log, mistake) = Read(arguments);
        if (mistake is not null)
        {
            await errors.WriteLineAsync($"opensre: {mistake}").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        if (settings is null)
        {
            await output.WriteAsync(Usage).ConfigureAwait(false);
            return ExitCodes.Done;
        }

        if (model == "none")
        {
            return await ServeAsync(settings, null, log, output, errors).ConfigureAwait(false);
        }

        var (advice, host) = ModelSetup.Shared(model);
        await using (host.ConfigureAwait(false))
        {
            return await ServeAsync(settings, advice, log, output, errors).ConfigureAwait(false);
        }
    }

    private static async Task<int> ServeAsync(ServerSettings settings, ModelAdvice? advice, (LogFormat Format, LogLevel Least) lines, TextWriter output, TextWriter errors)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var runner = Toolbox.LocalRunner();
        var beside = BesideSetup.Open();
        await using var closing = beside.ConfigureAwait(false);
        var log = new ServerLog(Write, lines.Format, lines.Least, TimeProvider.System);
        OpenSreServer server;
        try
        {
            server = await OpenSreServer.StartAsync(settings, () => Toolbox.Live(runner), TimeProvider.System, log, CancellationToken.None, advice: advice, beside: beside.For()).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await errors.WriteLineAsync($"opensre: the server cannot start: {SafeText.Line(e.Message, 300)}; is another one running?").ConfigureAwait(false);
            return ExitCodes.Failed;
        }

        await using (server.ConfigureAwait(false))
        {
            if (advice?.Rehearse is { } rehearse)
            {
                _ = Task.Run(() => rehearse(_ => { }), CancellationToken.None);
            }

            await output.WriteLineAsync($"OpenSRE {ProgramVersion.Text} · built-in engine{(advice is null ? "" : $" with {advice.Name}")} · {server.Address} · kept in {settings.Folder}").ConfigureAwait(false);
            await output.FlushAsync().ConfigureAwait(false);
            await stop.Task.ConfigureAwait(false);
            log.Info("stopping: what runs may end first");
            await server.StopAsync().ConfigureAwait(false);
        }

        return ExitCodes.Done;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.Task.IsCompleted;
            stop.TrySetResult();
        }

        void Write(LogLevel level, string line)
        {
            errors.WriteLine(line);
            errors.Flush();
        }
    }

    private static (ServerSettings? Settings, string Model, (LogFormat Format, LogLevel Least) Log, string? Mistake) Read(string[] arguments)
    {
        var settings = new ServerSettings { Home = HomeFolder.Path, Token = Environment.GetEnvironmentVariable("OPENSRE_SERVER_TOKEN") };
        var model = "none";
        var log = (Format: LogFormat.Text, Least: LogLevel.Info);
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i];
            if (name is "--help" or "-h")
            {
                return (null, model, log, null);
            }

            if (i + 1 == arguments.Length)
            {
                return (settings, model, log, $"{SafeText.Line(name, 60)} needs a value, or is no option; opensre serve --help lists the options");
            }

            var value = arguments[++i];
            switch (name)
            {
                case "--url":
                    settings = settings with { Url = value };
                    break;
                case "--origin":
                    settings = settings with { Origins = [.. settings.Origins, value.TrimEnd('/')] };
                    break;
                case "--postgres":
                    // A password does not belong into arguments; PGPASSWORD and a password file work as everywhere.
                    settings = settings with { Postgres = value };
                    break;
                case "--certificate":
                    settings = settings with { Certificate = value };
                    break;
                case "--key":
                    settings = settings with { CertificateKey = value };
                    break;
                case "--client-ca":
                    settings = settings with { ClientAuthority = value };
                    break;
                case "--model":
                    model = value;
                    break;
                case "--runs" when int.TryParse(value, out var n) && n is > 0 and <= 64:
                    settings = settings with { ConcurrentRuns = n };
                    break;
                case "--runs-per-hour" when int.TryParse(value, out var n) && n >= 0:
                    settings = settings with { AutomaticRunsPerHour = n };
                    break;
                case "--investigate" when value == "none":
                    settings = settings with { InvestigateFrom = null };
                    break;
                case "--investigate" when Enum.TryParse<Severity>(value, true, out var severity):
                    settings = settings with { InvestigateFrom = severity };
                    break;
                case "--log-format" when Enum.TryParse<LogFormat>(value, true, out var format) && Enum.IsDefined(format):
                    log.Format = format;
                    break;
                case "--log-level" when Enum.TryParse<LogLevel>(value, true, out var level) && Enum.IsDefined(level):
                    log.Least = level;
                    break;
                default:
                    return (settings, model, log, $"{SafeText.Line(name, 60)} {SafeText.Line(value, 60)} is no option of serve; opensre serve --help lists them");
            }
        }

        return (settings, model, log, null);
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using OpenSre.Core;
using OpenSre.Home;

namespace OpenSre.Cli;

/// <summary><c>opensre home …</c>: the assistant that looks after a home over Signal.</summary>
internal static class HomeCommand
{
    public const string Usage = """
        opensre home [COMMAND] [--env FILE]
        Looks after the servers of a home and answers over Signal; see docs/home.md.

        opensre home                         run it, until it is told to stop
        opensre home doctor                  what is configured, reachable, missing, and how to change that
        opensre home pair NAME [--operator]  let somebody in: shows a code to be sent from their phone
        opensre home trust NAME NUMBER       after a safety number changed and was compared: trust it
        opensre home unblock CAPTCHA         lift a rate limit of Signal with a solved captcha (signalcaptcha://…)
        opensre home say "WORDS"             ask the same skills from here, without Signal
        opensre home unit                    print a systemd unit

        Settings are under home: in config.yaml of the home folder; secrets in its .env, else in ./.env, or FILE:
        SIGNAL_PHONE, SIGNAL_SERVICE, SIGNAL_API_TOKEN, HA_URL, HA_TOKEN, SSH_NAME=user@host, CLAUDE_MD_PATHS, HEARTBEAT_URL.

        """;

    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors)
    {
        List<string> words = [.. arguments];
        string? envFile = null;
        if (words.IndexOf("--env") is >= 0 and var at)
        {
            if (at + 1 == words.Count)
            {
                return await RefuseAsync(errors, "--env needs a file, as in: opensre home --env /etc/opensre/home.env").ConfigureAwait(false);
            }

            envFile = words[at + 1];
            words.RemoveRange(at, 2);
        }

        if (words is ["--help" or "-h" or "help", ..])
        {
            await output.WriteAsync(Usage).ConfigureAwait(false);
            return ExitCodes.Done;
        }

        if (OperatingSystem.IsWindows())
        {
            return await RefuseAsync(errors, "the assistant runs on Linux and macOS.").ConfigureAwait(false);
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return words switch
        {
            [] => await ServeAsync(HomeSetup.Load(envFile), output, errors, stop.Token).ConfigureAwait(false),
            ["doctor"] => await HomeDoctor.RunAsync(envFile, output, stop.Token).ConfigureAwait(false),
            ["pair", var name] => await PairAsync(name, isOperator: false).ConfigureAwait(false),
            ["pair", var name, "--operator"] => await PairAsync(name, isOperator: true).ConfigureAwait(false),
            ["pair", "--operator", var name] => await PairAsync(name, isOperator: true).ConfigureAwait(false),
            ["trust", var name, .. { Count: > 0 } number] => await HomeRepairs.TrustAsync(HomeSetup.Load(envFile), name, string.Concat(number), output, errors, stop.Token).ConfigureAwait(false),
            ["unblock", var captcha] => await HomeRepairs.UnblockAsync(HomeSetup.Load(envFile), captcha, output, errors, stop.Token).ConfigureAwait(false),
            ["say", .. { Count: > 0 } said] => await HomeSay.RunAsync(HomeSetup.Load(envFile), string.Join(' ', said), output, errors, stop.Token).ConfigureAwait(false),
            ["unit"] => HomeUnit.Write(envFile, output),
            _ => await RefuseAsync(errors, $"{SafeText.Line(string.Join(' ', words), 60)} is no command of home; opensre home --help lists them").ConfigureAwait(false),
        };

        Task<int> PairAsync(string name, bool isOperator) => HomePairing.RunAsync(HomeSetup.Load(envFile), name, isOperator, output, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static async Task<int> ServeAsync(HomeConfig config, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        await using var composition = new HomeComposition(config);
        var daemon = await HomeDaemon.StartAsync(config, composition.Make, TimeProvider.System, Log, stop).ConfigureAwait(false);
        await using (daemon.ConfigureAwait(false))
        {
            await output.WriteLineAsync($"OpenSRE {ProgramVersion.Text} · home · {Count(config.Hosts.Count, "host")} · {config.People.Count} {(config.People.Count == 1 ? "person" : "people")}{(daemon.Address is { } address ? $" · {address}" : "")}").ConfigureAwait(false);
            await output.FlushAsync(stop).ConfigureAwait(false);
            try
            {
                await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Log("stopping; what is not sent or answered is taken up by the next start");
            }
        }

        return ExitCodes.Done;

        void Log(string sentence)
        {
            lock (errors)
            {
                errors.WriteLine($"{DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)} {sentence}");
                errors.Flush();
            }
        }
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static async Task<int> RefuseAsync(TextWriter errors, string sentence)
    {
        await errors.WriteLineAsync($"opensre: {sentence}").ConfigureAwait(false);
        return ExitCodes.Unusable;
    }
}

using System.Net.Http.Headers;
using OpenSre.Core;
using OpenSre.Home;
using OpenSre.Terminal;

namespace OpenSre.Cli;

/// <summary><c>opensre home doctor</c>: what the assistant has, what it reaches, what is missing, and the sentence that fixes it.</summary>
internal static class HomeDoctor
{
    public static async Task<int> RunAsync(string? envFile, TextWriter output, CancellationToken cancellation)
    {
        var list = new FindingList(output, InteractiveSession.OutputLook);
        list.Write(EnvFile(HomeSetup.EnvFile(envFile)));
        HomeConfig config;
        try
        {
            config = HomeSetup.Load(envFile);
        }
        catch (InvalidDataException e)
        {
            list.Write(Finding.Refused("config", e.Message, "Put that right; the rest is looked at then."));
            return ExitCodes.Failed;
        }

        list.Write(File.Exists(Path.Combine(HomeFolder.Path, "config.yaml"))
            ? Finding.Ok("config", Path.Combine(HomeFolder.Path, "config.yaml"))
            : Finding.Missing("config", $"There is no {Path.Combine(HomeFolder.Path, "config.yaml")}; what the variables say is used.", "docs/home.md shows what can stand under home: there."));
        list.Write(People(config));
        foreach (var finding in await SignalAsync(config, cancellation).ConfigureAwait(false))
        {
            list.Write(finding);
        }

        foreach (var finding in await HomeAssistantAsync(config, cancellation).ConfigureAwait(false))
        {
            list.Write(finding);
        }

        await using (var composition = new HomeComposition(config))
        {
            foreach (var host in await Task.WhenAll(config.Hosts.Select(h => HostAsync(h, composition.Reader, cancellation))).ConfigureAwait(false))
            {
                list.Write(host);
            }
        }

        list.Write(Listener(config));
        list.Write(SecondWay(config));
        list.Write(Beat(config));
        list.Write(Model());
        list.Write(Daemon(config));
        list.End("Signal and at least one person are needed; the rest adds to what it can do.");
        return list.Missing == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static Finding EnvFile(string path)
    {
        if (!File.Exists(path))
        {
            return Finding.Missing(".env", $"There is no {path}; secrets are taken from the environment.", $"Write SIGNAL_PHONE=… and the like into {path} and make it yours alone: chmod 600 {path}");
        }

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0
            ? Finding.Refused(".env", $"{path} holds secrets and others can read it.", $"chmod 600 {path}")
            : Finding.Ok(".env", path);
    }

    private static Finding People(HomeConfig config) => config.People.Count == 0
        ? Finding.Missing("people", "Nobody may talk to it, so it does not start.", "opensre home pair NAME --operator")
        : config.People.Any(p => p.IsOperator)
            ? Finding.Ok("people", string.Join(", ", config.People.Select(p => p.Name + (p.IsOperator ? " (operator)" : ""))) + (config.Groups.Count > 0 ? $"; groups: {string.Join(", ", config.Groups.Select(g => g.Name))}" : ""))
            : Finding.Missing("people", $"{string.Join(", ", config.People.Select(p => p.Name))} may ask, but nobody may approve changes and nobody gets notices.", "Set operator: true for one of them.");

    private static async Task<List<Finding>> SignalAsync(HomeConfig config, CancellationToken cancellation)
    {
        if (config.Signal is not { } settings)
        {
            return [Finding.Missing("signal", "No Signal account is configured.", "Run signal-cli-rest-api with MODE=json-rpc, register a number of its own there, and set SIGNAL_PHONE and SIGNAL_SERVICE in .env")];
        }

        using var api = new SignalApi(settings, config.Timeouts.Send);
        if (await api.AboutAsync(cancellation).ConfigureAwait(false) is not { } about)
        {
            return [Finding.Missing("signal", $"{settings.Service} does not answer as signal-cli-rest-api does.", "Start it, or correct SIGNAL_SERVICE in .env")];
        }

        List<Finding> findings = [];
        findings.Add(about.Mode == "json-rpc"
            ? Finding.Ok("signal", $"{settings.Service} version {about.Version}, mode {about.Mode}")
            : Finding.Refused("signal", $"{settings.Service} runs in mode {about.Mode}, which has no stream of messages.", "Start signal-cli-rest-api with MODE=json-rpc"));
        findings.Add(await api.WhyNotAliveAsync(cancellation).ConfigureAwait(false) is { } why
            ? Finding.Missing("account", why + ".", "Restart signal-cli-rest-api, or register SIGNAL_PHONE there.")
            : Finding.Ok("account", "signal-cli lives and knows our number"));
        if (settings.Service is { Scheme: "http", IsLoopback: false })
        {
            findings.Add(Finding.Refused("transport", $"{settings.Service.Host} is reached over plain http: whoever is on that network can read along and write as the assistant.", "Bind it to 127.0.0.1, or put TLS and a token (SIGNAL_API_TOKEN) before it and use https://."));
        }

        if (settings.NoteToSelf)
        {
            findings.Add(Finding.Refused("notes", "note_to_self is on: whoever reaches the service can give orders in your name.", "Give the assistant a number of its own."));
        }

        if (await api.GroupsAsync(cancellation).ConfigureAwait(false) is { Count: > 0 } groups)
        {
            foreach (var group in groups.Where(g => g.IsMember))
            {
                findings.Add(config.Groups.Any(g => g.Id == group.Id)
                    ? Finding.Ok("group", group.Name)
                    : Finding.Ok("group", $"{group.Name}: not listened to; to change that add to groups: {{ id: {group.Id}, name: {group.Name} }}"));
            }
        }

        if (new RateLimit(config.Folder, TimeProvider.System).Present is { } limit)
        {
            findings.Add(Finding.Refused("sending", $"Signal limits sending until {limit.Until:yyyy-MM-dd HH:mm}Z.", "Solve the captcha at https://signalcaptchas.org/challenge/generate.html from this network, then: opensre home unblock 'signalcaptcha://…'"));
        }

        var distrust = new Distrust(config.Folder);
        findings.AddRange(config.People.Where(p => distrust.Contains(p.Uuid)).Select(p => Finding.Refused("safety", $"The safety number of {p.Name} changed; nothing they say is followed.", $"Compare it with them, then: opensre home trust {p.Name} NUMBER")));
        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> HomeAssistantAsync(HomeConfig config, CancellationToken cancellation)
    {
        if (config.HomeAssistant is not { } settings)
        {
            return [Finding.Missing("home", "No Home Assistant is configured.", "Set HA_URL and HA_TOKEN in .env to control devices.")];
        }

        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(8) };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(settings.Url.AbsoluteUri.TrimEnd('/') + "/api/"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token.Reveal());
        try
        {
            using var reply = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            return (int)reply.StatusCode switch
            {
                200 => await HouseAsync(settings, cancellation).ConfigureAwait(false),
                401 => [Finding.Refused("home", $"{settings.Url.Host} refuses the token.", "Make a new long-lived access token in your profile there and set HA_TOKEN; do not try an old one again and again, it may get this machine banned.")],
                var status => [Finding.Missing("home", $"{settings.Url.Host} answers {status}.", "Correct HA_URL; it is the address of Home Assistant's own page.")],
            };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return [Finding.Missing("home", $"{settings.Url.Host} cannot be reached.", "Start Home Assistant, or correct HA_URL.")];
        }
    }

    /// <summary>What there is in the house, and each part of it that cannot be read.</summary>
    private static async Task<IReadOnlyList<Finding>> HouseAsync(HomeAssistantSettings settings, CancellationToken cancellation)
    {
        await using var client = new HomeAssistantClient(settings, TimeSpan.FromSeconds(10), TimeProvider.System);
        try
        {
            var said = await client.DescribeAsync(cancellation).ConfigureAwait(false);
            return [Finding.Ok("home", $"{said[0]}, at {settings.Url.Host}"), .. said.Skip(1).Select(s => Finding.Refused("home", SafeText.Line(s, 300) + ".", "Look into its log; docs/home-assistant.md says what is read."))];
        }
        catch (HomeAssistantException e)
        {
            return [Finding.Missing("home", SafeText.Line(e.Message, 300) + ".", "Look into its log.")];
        }
    }

    private static async Task<Finding> HostAsync(HostSettings host, IHostReader reader, CancellationToken cancellation)
    {
        var reading = await reader.ReadAsync(host.Name, cancellation).ConfigureAwait(false);
        if (reading.Problem is { } problem)
        {
            return Finding.Missing("host", $"{host.Name}: {problem}", host.Ssh is null ? "" : $"This must work without a question: ssh -o BatchMode=yes {host.Ssh} true");
        }

        var missing = reading.Missing.Count == 0 ? "" : $"; not read: {string.Join(", ", reading.Missing.Select(m => $"{m.Key} ({m.Value})"))}";
        return Finding.Ok("host", $"{host.Name}: {(host.Ssh is null ? "this machine" : reading.System ?? "ssh")}, looked at in {reading.Took.TotalSeconds:0.0} s{missing}");
    }

    private static Finding Listener(HomeConfig config) => config.Listen is not { } listen
        ? Finding.Missing("listener", "No listener: the websocket alone loses messages that come in a burst or while it is down, and opensre home say cannot reach the daemon.", "Add listen: { webhook: /signal/A-WORD } under home: and set RECEIVE_WEBHOOK_URL of signal-cli-rest-api to http://127.0.0.1:8092/signal/A-WORD")
        : listen.WebhookPath is null
            ? Finding.Missing("listener", $"{listen.Address} without a webhook: messages that come in a burst can be lost.", "Add webhook: /signal/A-WORD to listen: and set RECEIVE_WEBHOOK_URL of signal-cli-rest-api to it.")
            : Finding.Ok("listener", $"{listen.Address}, with a webhook");

    private static Finding SecondWay(HomeConfig config) => config.HomeAssistant is { } home && (home.NotifyService is not null || home.Speech is not null)
        ? Finding.Ok("escalation", $"what is critical and unanswered, or cannot be sent over Signal, goes to {string.Join(" and ", new[] { home.NotifyService, home.Speech?.Player }.OfType<string>())} as well")
        : Finding.Missing("escalation", "Without a second way nobody is told while Signal is down.", "Set notify: notify.mobile_app_PHONE under home_assistant: of home:");

    private static Finding Beat(HomeConfig config) => config.Beat is null
        ? Finding.Missing("beat", "Nobody notices when this machine or the assistant itself is gone.", "Make a check at healthchecks.io, Uptime Kuma or the like that expects a sign of life every few minutes, and set HEARTBEAT_URL in .env to its address.")
        : Finding.Ok("beat", "a sign of life is sent at each round of watching");

    private static Finding Model() => ModelSetup.IsPossible
        ? Finding.Ok("model", "a model may be asked after the engine has looked; opensre model says which")
        : Finding.Ok("model", "none: everything is done by the built-in engine");

    private static Finding Daemon(HomeConfig config)
    {
        using var free = HomeLock.TryTake(config.Folder);
        return free is null ? Finding.Ok("daemon", "runs") : Finding.Missing("daemon", "It does not run.", "opensre home, or as a service: opensre home unit");
    }
}

using System.Net;
using System.Text.RegularExpressions;
using OpenSre.Models;

namespace OpenSre.Home;

/// <summary>
/// Reads <see cref="HomeConfig"/> from the section <c>home</c> of <c>config.yaml</c> and from variables, which may stand
/// in a <c>.env</c> file: SIGNAL_PHONE, SIGNAL_SERVICE, SIGNAL_API_TOKEN, HA_URL, HA_TOKEN, SSH_NAME, CLAUDE_MD_PATHS.
/// </summary>
public static partial class HomeConfigReader
{
    /// <param name="home">The home folder, <c>$OPENSRE_HOME</c>.</param>
    /// <param name="environment">Looks a variable up; see <see cref="DotEnv"/>.</param>
    /// <param name="names">All variables there are, for those that carry a host's name.</param>
    /// <exception cref="InvalidDataException">Something cannot be used; the message says where and what to write instead.</exception>
    public static HomeConfig Load(string home, Func<string, string?> environment, IEnumerable<string> names)
    {
        var path = Path.Combine(home, "config.yaml");
        var config = Parse(File.Exists(path) ? File.ReadAllText(path) : "", path, home, environment, names);
        return config with { People = new LivePeople(config.People, config.Folder) };
    }

    /// <inheritdoc cref="Load"/>
    public static HomeConfig Parse(string yaml, string path, string home, Func<string, string?> environment, IEnumerable<string> names)
    {
        var section = ConfigNode.Parse(yaml, path)?.Child("home");
        var timeouts = section?.Child("timeouts");
        var usual = new HomeTimeouts();
        var people = (section?.Items("people") ?? []).Select(ReadPerson).ToList();
        var hosts = Hosts(section, environment, names);
        return new HomeConfig
        {
            Folder = Path.Combine(home, "home"),
            Signal = ReadSignal(section?.Child("signal"), environment),
            People = people,
            Groups = [.. (section?.Items("groups") ?? []).Select(ReadGroup)],
            NoticeChats = [.. (section?.List("notices") ?? []).Select(n => people.Find(p => p.Name.Equals(n, StringComparison.OrdinalIgnoreCase))?.Uuid ?? n)],
            Hosts = hosts,
            HomeAssistant = ReadHomeAssistant(section?.Child("home_assistant"), environment),
            QuietHours = section?.Child("quiet_hours") is { } quiet
                ? new QuietHours(quiet.TimeOfDay("from") ?? throw quiet.Error("quiet_hours needs from and to, as in from: 22:00"), quiet.TimeOfDay("to") ?? throw quiet.Error("quiet_hours needs from and to, as in to: 07:00"))
                : null,
            NoticeBudget = section?.Child("budget") is { } budget
                ? new NoticeBudget(budget.Integer("messages_per_hour") ?? 20, budget.Integer("investigations_per_hour") ?? 12)
                : new NoticeBudget(),
            Protected = [.. HomeConfig.DefaultProtected, .. section?.List("protected") ?? []],
            Actions = section?.Child("actions") is { } actions
                ? new ActionSettings(actions.Flag("enabled") ?? true, actions.Integer("per_host_and_hour") ?? 3, actions.Duration("expiry") ?? default, actions.Flag("reboot") ?? true)
                : new ActionSettings(),
            Runbook = [.. (section?.Items("runbook") ?? []).Select(r => ReadStep(r, hosts))],
            Rules = (section?.Children("rules") ?? []).ToDictionary(r => r.Name, r => new RuleSettings(r.Node.Flag("off") ?? false, (double?)r.Node.Number("warning"), (double?)r.Node.Number("critical"), r.Node.Duration("for")), StringComparer.Ordinal),
            Beat = ReadBeat(section, environment),
            DigestAt = section?.TimeOfDay("digest_at"),
            NotePaths = [.. section?.List("notes") ?? [], .. Split(environment("CLAUDE_MD_PATHS"))],
            Listen = ReadListen(section?.Child("listen")),
            Timeouts = timeouts is null ? usual : new HomeTimeouts(
                timeouts.Duration("host") ?? usual.HostProbe,
                timeouts.Duration("monitor_every") ?? usual.MonitorEvery,
                timeouts.Duration("fresh") ?? usual.Fresh,
                timeouts.Duration("investigation") ?? usual.Investigation,
                timeouts.Duration("send") ?? usual.Send),
            Zone = section?.Text("zone") is { } zone ? ReadZone(section, zone) : TimeZoneInfo.Local,
        };
    }

    private static SignalSettings? ReadSignal(ConfigNode? node, Func<string, string?> environment)
    {
        var phone = node?.Variable("phone") is { } variable ? environment(variable) : environment("SIGNAL_PHONE");
        var service = node?.Text("service") ?? environment("SIGNAL_SERVICE");
        if (string.IsNullOrEmpty(phone))
        {
            return service is null ? null : throw new InvalidDataException("Signal needs a phone number: set SIGNAL_PHONE in .env to the number registered with signal-cli, as in SIGNAL_PHONE=+15550100000");
        }

        if (!PhoneNumber().IsMatch(phone))
        {
            throw new InvalidDataException("SIGNAL_PHONE must be written as it was registered, with + and the country code and nothing else, as in +15550100000");
        }

        var address = service ?? "127.0.0.1:8080";
        if (!Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new InvalidDataException("SIGNAL_SERVICE must be host:port or an http address, as in 127.0.0.1:8080");
        }

        var token = node?.Variable("token") is { } name ? environment(name) : environment("SIGNAL_API_TOKEN");
        return new SignalSettings(new Secret(phone), uri, string.IsNullOrEmpty(token) ? null : new Secret(token), node?.Text("account") is { } account ? Uuid(account, node.Error) : null, node?.Flag("note_to_self") ?? false);
    }

    private static Person ReadPerson(ConfigNode node)
    {
        var uuid = Uuid(node.Text("uuid") ?? throw node.Error("every one of people needs a uuid; opensre home pair finds it out"), node.Error);
        return new Person(node.Text("name") ?? "somebody", uuid, node.Flag("operator") ?? false);
    }

    internal static string Uuid(string text, Func<string, Exception> error) => Guid.TryParseExact(text, "D", out var uuid)
        ? uuid.ToString("D")
        : throw error("a uuid is written as in 0a1b2c3d-0000-4000-8000-000000000001; opensre home pair finds it out");

    private static GroupChat ReadGroup(ConfigNode node) => new(
        SignalAddress.Group(node.Text("id") ?? throw node.Error("every one of groups needs an id; opensre home doctor lists them")), node.Text("name") ?? "group", node.Flag("needs_mention") ?? true);

    private static List<HostSettings> Hosts(ConfigNode? section, Func<string, string?> environment, IEnumerable<string> names)
    {
        List<HostSettings> hosts = [];
        if (section?.Child("hosts") is { } list)
        {
            foreach (var name in list.Names)
            {
                hosts.Add(list.Child(name) is { } node ? ReadHost(name, node) : new HostSettings(HostName(name, list.Error), list.Text(name) is { } ssh and not "local" ? Destination(ssh, list.Error) : null));
            }
        }

        foreach (var name in names.Where(n => HostVariable().IsMatch(n)).Order(StringComparer.Ordinal))
        {
            var host = name[4..].ToLowerInvariant().Replace('_', '-');
            if (environment(name) is { Length: > 0 } destination && !hosts.Exists(h => h.Name == host))
            {
                hosts.Add(new HostSettings(host, Destination(destination, s => new InvalidDataException($"{name}: {s}"))));
            }
        }

        if (hosts.Count == 0 || !hosts.Exists(h => h.IsLocal) && section?.Child("hosts") is null)
        {
            hosts.Insert(0, new HostSettings(LocalName(), null));
        }

        return hosts;
    }

    private static HostSettings ReadHost(string name, ConfigNode node) => new(
        HostName(name, node.Error),
        node.Text("ssh") is { } ssh and not "local" ? Destination(ssh, node.Error) : null,
        [.. node.Items("backups").Select(b => new BackupSettings(b.Text("name") ?? "backup", AbsolutePath(b.Text("path"), b), b.Duration("max_age") ?? TimeSpan.FromHours(26)))],
        node.List("certificates"),
        [.. node.List("containers").Select(c => ObjectName().IsMatch(c) ? c : throw node.Error($"a container is not called {Printable(c)}"))],
        [.. node.List("units").Select(u => ObjectName().IsMatch(u) ? u : throw node.Error($"a unit is not called {Printable(u)}"))],
        [.. node.List("logs").Select(l => AbsolutePath(l, node))],
        [.. node.List("aliases").Select(a => a.ToLowerInvariant())]);

    private static RunbookStep ReadStep(ConfigNode node, List<HostSettings> hosts)
    {
        var name = node.Text("name") is { } text && ObjectName().IsMatch(text) ? text : throw node.Error("every step of runbook needs a name of letters, digits, - and _");
        if (node.Text("entity") is { } entity)
        {
            return ReadHomeStep(node, name, entity);
        }

        var host = node.Text("host") ?? (hosts is [var only] ? only.Name : throw node.Error($"runbook step {name} needs a host"));
        if (!hosts.Exists(h => h.Name == host))
        {
            throw node.Error($"runbook step {name}: there is no host {Printable(host)} among hosts");
        }

        var command = node.List("command");
        return command.Count > 0 && command.Concat(node.List("check")).Concat(node.List("undo")).All(a => !a.Contains('\0', StringComparison.Ordinal) && !a.Contains('\n', StringComparison.Ordinal))
            ? new RunbookStep(name, host, command, node.List("check"), node.List("undo"), node.Duration("timeout") ?? TimeSpan.FromMinutes(2), node.Text("risk") == "high")
            : throw node.Error($"runbook step {name} needs a command as a list of words, as in command: [systemctl, restart, nginx]");
    }

    private static RunbookStep ReadHomeStep(ConfigNode node, string name, string entity)
    {
        var verb = node.Text("verb");
        return verb is not null && HomeActions.Verbs.Contains(verb) && EntityName().IsMatch(entity)
            ? new RunbookStep(name, HomeActions.Place, [], [], [], TimeSpan.FromMinutes(1), IsHighRisk: false) { Home = HomeActions.Action(entity, verb, node.Text("value")) }
            : throw node.Error($"runbook step {name} needs an entity of Home Assistant and a verb ({string.Join(", ", HomeActions.Verbs)}), as in entity: switch.router, verb: turn_on");
    }

    private static HomeAssistantSettings? ReadHomeAssistant(ConfigNode? node, Func<string, string?> environment)
    {
        var token = node?.Variable("token") is { } variable ? environment(variable) : environment("HA_TOKEN");
        if ((node?.Text("url") ?? environment("HA_URL")) is not { Length: > 0 } address)
        {
            return null;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new InvalidDataException("HA_URL must be the address of Home Assistant, as in http://homeassistant.local:8123");
        }

        return string.IsNullOrEmpty(token)
            ? throw new InvalidDataException("Home Assistant needs a token: make a long-lived access token in your profile there and set HA_TOKEN in .env")
            : new HomeAssistantSettings(url, new Secret(token), node?.List("confirm") ?? [], node?.Flag("ignore_exposure") ?? false, ReadNotify(node)) { Speech = ReadSpeech(node) };
    }

    private static string? ReadNotify(ConfigNode? node) => node?.Text("notify") is not { } service ? null
        : NotifyName().IsMatch(service) ? service
        : throw node.Error($"home_assistant.notify is {Printable(service)}; it must be a notify service, as in notify.mobile_app_phone");

    private static SpeechSettings? ReadSpeech(ConfigNode? node)
    {
        if (node?.Child("speak") is not { } speak)
        {
            return null;
        }

        return speak.Text("voice") is { } voice && voice.StartsWith("tts.", StringComparison.Ordinal) && EntityName().IsMatch(voice) && speak.Text("on") is { } player && player.StartsWith("media_player.", StringComparison.Ordinal) && EntityName().IsMatch(player)
            ? new SpeechSettings(voice, player)
            : throw speak.Error("home_assistant.speak needs a voice and a media player, as in speak: { voice: tts.home_assistant_cloud, on: media_player.kitchen }");
    }

    /// <summary>The address is a secret: who knows it can keep the switch quiet.</summary>
    private static Secret? ReadBeat(ConfigNode? section, Func<string, string?> environment)
    {
        var name = section?.Variable("beat") ?? "HEARTBEAT_URL";
        return environment(name) is not { Length: > 0 } address ? null
            : Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? new Secret(address)
            : throw new InvalidDataException($"{name} must be the address that expects a sign of life, as in https://hc-ping.com/…");
    }

    private static ListenSettings? ReadListen(ConfigNode? node)
    {
        if (node is null)
        {
            return null;
        }

        var address = node.Text("address") ?? "http://127.0.0.1:8092";
        if (!Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address, UriKind.Absolute, out var url) || url.Scheme != "http" || !(url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))))
        {
            throw node.Error($"listen.address is {Printable(address)}; it must be on this machine alone, as in 127.0.0.1:8092");
        }

        var webhook = node.Text("webhook");
        return webhook is null or ['/', _, ..] ? new ListenSettings(url, webhook) : throw node.Error("listen.webhook must be a path, as in /signal/a-word-nobody-guesses");
    }

    private static TimeZoneInfo ReadZone(ConfigNode node, string zone) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : throw node.Error($"zone: there is no time zone {Printable(zone)}; write it as in Europe/Vienna");

    private static string HostName(string name, Func<string, Exception> error) => HostPattern().IsMatch(name) ? name.ToLowerInvariant() : throw error($"a host is not called {Printable(name)}; use letters, digits, dots and dashes");

    private static string Destination(string text, Func<string, Exception> error) => DestinationPattern().IsMatch(text) ? text : throw error($"{Printable(text)} is nothing ssh is given; write an alias of ~/.ssh/config or user@host");

    private static string AbsolutePath(string? path, ConfigNode node) => path is ['/', ..] && !path.Contains('\0', StringComparison.Ordinal) && !path.Contains('\n', StringComparison.Ordinal) && !path.Split('/').Contains("..")
        ? path
        : throw node.Error($"a path must begin with / and have no .. in it, unlike {Printable(path ?? "nothing")}");

    private static string LocalName()
    {
        var name = Environment.MachineName.Split('.')[0].ToLowerInvariant();
        return HostPattern().IsMatch(name) ? name : "local";
    }

    private static string[] Split(string? paths) => paths is null ? [] : paths.Split([',', ':'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Printable(string text) => Core.SafeText.Line(text, 60);

    [GeneratedRegex(@"^[a-z_]{1,40}\.[a-z0-9_]{1,200}$")]
    private static partial Regex EntityName();

    [GeneratedRegex(@"^notify\.[a-z0-9_]{1,100}$")]
    private static partial Regex NotifyName();

    [GeneratedRegex(@"^\+[1-9][0-9]{4,15}$")]
    private static partial Regex PhoneNumber();

    [GeneratedRegex(@"^SSH_(?!AUTH_|AGENT_|CLIENT$|CONNECTION$|TTY$|ASKPASS)[A-Z0-9_]+$")]
    private static partial Regex HostVariable();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex HostPattern();

    [GeneratedRegex(@"^([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex DestinationPattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.@:-]{0,127}$")]
    private static partial Regex ObjectName();
}

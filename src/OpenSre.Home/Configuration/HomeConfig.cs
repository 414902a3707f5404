namespace OpenSre.Home;

/// <summary>Everything the assistant is told about a home: who may talk to it, what it looks after, how loud it may be.</summary>
public sealed record HomeConfig
{
    /// <summary>Where the assistant keeps its state: <c>$OPENSRE_HOME/home</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>Null where no Signal account is configured.</summary>
    public SignalSettings? Signal { get; init; }

    /// <summary>Who may talk to it. Empty: nobody, and the daemon refuses to start.</summary>
    public IReadOnlyList<Person> People { get; init; } = [];

    /// <summary>Groups it answers in; nobody is heard in any other.</summary>
    public IReadOnlyList<GroupChat> Groups { get; init; } = [];

    /// <summary>Chats that get notices nobody asked for: a person's UUID or <c>group.…</c>. Empty: every operator.</summary>
    public IReadOnlyList<string> NoticeChats { get; init; } = [];

    public IReadOnlyList<HostSettings> Hosts { get; init; } = [];

    public HomeAssistantSettings? HomeAssistant { get; init; }

    /// <summary>When only what is critical may be said; null for never.</summary>
    public QuietHours? QuietHours { get; init; }

    public NoticeBudget NoticeBudget { get; init; } = new();

    /// <summary>Names of containers, units and hosts that no plan may touch without the strongest approval; <c>*</c> matches anything.</summary>
    public IReadOnlyList<string> Protected { get; init; } = DefaultProtected;

    public ActionSettings Actions { get; init; } = new();

    public IReadOnlyList<RunbookStep> Runbook { get; init; } = [];

    /// <summary>What deviates from the rules' own thresholds, by the name of the rule.</summary>
    public IReadOnlyDictionary<string, RuleSettings> Rules { get; init; } = new Dictionary<string, RuleSettings>();

    /// <summary>An address asked at each round of watching, so that something outside notices when the assistant is gone; null for none.</summary>
    public Secret? Beat { get; init; }

    /// <summary>When a digest is sent unasked; null for never.</summary>
    public TimeOnly? DigestAt { get; init; }

    /// <summary>Files with notes about this home, besides the OPENSRE.md and CLAUDE.md that are found.</summary>
    public IReadOnlyList<string> NotePaths { get; init; } = [];

    /// <summary>The assistant's own HTTP listener; null for none.</summary>
    public ListenSettings? Listen { get; init; }

    public HomeTimeouts Timeouts { get; init; } = new();

    /// <summary>The time zone of quiet hours, digests and everything said.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Local;

    /// <summary>Where chats that get unasked notices are, worked out from <see cref="NoticeChats"/> and the operators.</summary>
    public IReadOnlyList<string> NoticesTo => NoticeChats.Count > 0 ? NoticeChats : [.. People.Where(p => p.IsOperator).Select(p => p.Uuid)];

    /// <summary>Null when nobody of that UUID is known.</summary>
    public Person? Find(string uuid) => People.FirstOrDefault(p => p.Uuid == uuid);

    public static IReadOnlyList<string> DefaultProtected { get; } =
        ["homeassistant", "home-assistant", "mosquitto", "*postgres*", "*mariadb*", "*mysql*", "authelia", "traefik", "caddy", "nginx-proxy-manager", "signal-cli*", "ssh", "sshd", "docker", "opensre*"];
}

/// <summary>How signal-cli-rest-api is reached, and which account is ours.</summary>
/// <param name="Phone">E.164, exactly as registered.</param>
/// <param name="Service">Base address of the REST service.</param>
/// <param name="Token">A bearer token for a proxy in front of it; null without one.</param>
/// <param name="Account">Our account's UUID, which tells quotes and reactions on our own messages; null: learnt from the service.</param>
/// <param name="NoteToSelf">Whether the owner's own notes are heard; anyone who reaches the service can write such notes.</param>
public sealed record SignalSettings(Secret Phone, Uri Service, Secret? Token = null, string? Account = null, bool NoteToSelf = false);

/// <param name="Uuid">The account's UUID (ACI), lower case. Numbers change hands and are hidden; this does not.</param>
/// <param name="IsOperator">May approve changes.</param>
public sealed record Person(string Name, string Uuid, bool IsOperator);

/// <param name="Id">In the form <c>group.…</c> that the service sends to.</param>
/// <param name="NeedsMention">Answer only where it is mentioned, quoted, or given a command by name.</param>
public sealed record GroupChat(string Id, string Name, bool NeedsMention = true);

/// <param name="Name">What people call it; lower case.</param>
/// <param name="Ssh">What is given to <c>ssh</c>: an alias or <c>user@host</c>; null for this machine.</param>
/// <param name="Containers">Containers that must be there and run.</param>
/// <param name="Units">Services that may be restarted.</param>
/// <param name="Logs">Logs that may be rotated and truncated; a <c>*</c> matches within one folder.</param>
/// <param name="Certificates">Addresses <c>host:port</c> whose certificate is watched.</param>
/// <param name="Aliases">Other names people use for it.</param>
public sealed record HostSettings(
    string Name,
    string? Ssh,
    IReadOnlyList<BackupSettings> Backups,
    IReadOnlyList<string> Certificates,
    IReadOnlyList<string> Containers,
    IReadOnlyList<string> Units,
    IReadOnlyList<string> Logs,
    IReadOnlyList<string> Aliases)
{
    public HostSettings(string name, string? ssh) : this(name, ssh, [], [], [], [], [], []) { }

    public bool IsLocal => Ssh is null;
}

/// <summary>A folder or file that a backup writes to.</summary>
/// <param name="MaxAge">Older than this is late.</param>
public sealed record BackupSettings(string Name, string Path, TimeSpan MaxAge);

/// <param name="ConfirmEntities">Entities that need a confirmation although their kind does not.</param>
/// <param name="IgnoreExposure">Act also on what is not exposed to Home Assistant's own assistants.</param>
/// <param name="NotifyService">A notify service used when Signal does not work, such as <c>notify.mobile_app_phone</c>.</param>
public sealed record HomeAssistantSettings(Uri Url, Secret Token, IReadOnlyList<string> ConfirmEntities, bool IgnoreExposure = false, string? NotifyService = null)
{
    /// <summary>Says aloud what is critical and unanswered; null for nobody.</summary>
    public SpeechSettings? Speech { get; init; }
}

/// <summary>A voice of Home Assistant and where it is heard.</summary>
/// <param name="Voice">An entity of the domain <c>tts</c>.</param>
/// <param name="Player">A media player.</param>
public sealed record SpeechSettings(string Voice, string Player);

/// <summary>From one time of day to another, over midnight where <paramref name="From"/> is the later.</summary>
public sealed record QuietHours(TimeOnly From, TimeOnly To)
{
    public bool Contains(TimeOnly time) => From <= To ? time >= From && time < To : time >= From || time < To;
}

/// <summary>How much it may say unasked.</summary>
/// <param name="PerHour">Notices; what is more waits for a digest.</param>
/// <param name="InvestigationsPerHour">Investigations that alerts may start.</param>
public sealed record NoticeBudget(int PerHour = 20, int InvestigationsPerHour = 12);

/// <summary>What may be proposed at all.</summary>
/// <param name="Enabled">False: nothing is ever changed, only said.</param>
/// <param name="PerHostAndHour">Changes on a host in an hour.</param>
/// <param name="Expiry">How long a plan waits for its answer.</param>
/// <param name="Reboot">Whether a reboot may be proposed.</param>
public sealed record ActionSettings(bool Enabled = true, int PerHostAndHour = 3, TimeSpan Expiry = default, bool Reboot = true)
{
    public TimeSpan Expiry { get; init; } = Expiry == default ? TimeSpan.FromMinutes(30) : Expiry;
}

/// <summary>A step the owner declared: exactly this runs, where it says, after an approval.</summary>
/// <param name="Command">Program and arguments; no shell reads them.</param>
/// <param name="Check">Program and arguments that exit with 0 when it worked; empty for none.</param>
/// <param name="Undo">Program and arguments that take it back; empty for none.</param>
/// <param name="IsHighRisk">Needs the code and the word "confirm".</param>
public sealed record RunbookStep(string Name, string Host, IReadOnlyList<string> Command, IReadOnlyList<string> Check, IReadOnlyList<string> Undo, TimeSpan Timeout, bool IsHighRisk)
{
    /// <summary>What is done in Home Assistant in place of a command, with the risk that has there; null for a command.</summary>
    public TypedAction? Home { get; init; }
}

/// <summary>Deviations of one rule; null keeps the rule's own.</summary>
public sealed record RuleSettings(bool Off, double? Warning, double? Critical, TimeSpan? For);

/// <param name="Address">A loopback address and port.</param>
/// <param name="WebhookPath">The path signal-cli-rest-api posts received messages to; null: not taken.</param>
public sealed record ListenSettings(Uri Address, string? WebhookPath);

/// <param name="HostProbe">After this a host counts as not answering.</param>
/// <param name="MonitorEvery">How often hosts are looked at unasked.</param>
/// <param name="Fresh">A reading younger than this is answered from.</param>
/// <param name="Investigation">After this no new look is started.</param>
/// <param name="Send">After this a message counts as perhaps sent.</param>
public sealed record HomeTimeouts(TimeSpan HostProbe, TimeSpan MonitorEvery, TimeSpan Fresh, TimeSpan Investigation, TimeSpan Send)
{
    public HomeTimeouts() : this(TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(40)) { }
}

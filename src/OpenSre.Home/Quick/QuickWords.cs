namespace OpenSre.Home;

/// <summary>What a word does in a question.</summary>
internal enum WordKind
{
    /// <summary>Carries nothing by itself.</summary>
    Filler,

    /// <summary>Names a topic.</summary>
    Topic,

    /// <summary>Part of a list: "and", a comma.</summary>
    Joiner,

    /// <summary>"on", "of", "for": a host may follow.</summary>
    Preposition,

    /// <summary>"server", "machines": hosts in general.</summary>
    Noun,

    /// <summary>"here", "localhost".</summary>
    Here,

    /// <summary>How something is: "unhealthy", "running", "up". Meaning depends on the topic.</summary>
    State,

    /// <summary>"usage", "free", "total": a measure of a topic named elsewhere.</summary>
    Measure,

    Unit,

    /// <summary>"most", "top", "biggest".</summary>
    Most,

    /// <summary>"using", "eating": who does it is asked.</summary>
    Consuming,

    /// <summary>"except".</summary>
    Except,

    /// <summary>Means something beside certain others only: "long", "reboot", "last".</summary>
    Helper,
}

/// <summary>The words that are known. A sentence with any other word in it is not taken.</summary>
internal static class QuickWords
{
    private static readonly Dictionary<string, (WordKind Kind, QuickTopic? Topic)> All = Build();

    /// <summary>Words long enough that a slip of a finger leaves them recognisable.</summary>
    private static readonly string[] Correctable = [.. All.Where(w => w.Key.Length >= 5 && w.Value.Kind is WordKind.Topic or WordKind.Measure or WordKind.State or WordKind.Noun or WordKind.Unit).Select(w => w.Key)];

    /// <summary>Real words, or names of other things, that lie next to a known one.</summary>
    private static readonly HashSet<string> NeverCorrected = new(StringComparer.Ordinal)
    {
        "statue", "statues", "contained", "contain", "contains", "spice", "spaced", "memories", "undated", "update", "updated", "upgrade", "upgraded",
        "serviced", "served", "severs", "disks", "dish", "desk", "back", "pack", "packs", "lead", "leads", "loud", "road", "lost", "host", "most", "post", "hoist", "hosted", "net", "nets",
        "stage", "image", "images", "usages", "boxed", "ram", "rams", "cup", "cups", "tempo", "temper", "rapid", "health", "wealth", "heathy", "weather", "heater", "heating", "heated",
        "network", "address", "dresses", "process", "progress", "drivers", "driver", "driven", "driving", "drive", "storage", "starting", "started", "restart", "restarted", "turning", "ruining", "burning",
        "sensor", "switches", "light", "lights", "night", "might", "tight", "fight", "lamp", "ramp", "camera", "doors", "floor", "locks", "locked", "blocked", "stored", "store", "storm", "backed", "avail", "stoped",
        "kernels", "colonel", "paused", "pauses", "cause", "caused", "causes", "versus", "curtains", "curtain", "captain", "hosting", "services", "daemons", "demons", "demon",
    };

    public static bool TryFind(string word, out WordKind kind, out QuickTopic? topic)
    {
        var found = All.TryGetValue(word, out var entry);
        (kind, topic) = entry;
        return found;
    }

    /// <summary>The one known word this can only be a slip of; null when there is none, or more than one.</summary>
    public static string? Correct(string word)
    {
        if (word.Length < 4 || NeverCorrected.Contains(word) || !word.All(char.IsAsciiLetter))
        {
            return null;
        }

        string? best = null;
        var distance = 3;
        var topic = default(QuickTopic?);
        foreach (var known in Correctable)
        {
            var allowed = known.Length >= 9 ? 2 : 1;
            var d = Spelling.Distance(word, known, allowed);
            if (d > allowed || d > distance || word.Length < 5 && d > 0 && known.Length < 5)
            {
                continue;
            }

            // Two known words as near as each other tell nothing, unless they mean the same.
            if (d == distance && (All[known].Topic is null || All[known].Topic != topic))
            {
                best = null;
                continue;
            }

            (best, distance, topic) = (known, d, All[known].Topic);
        }

        return best;
    }

    private static Dictionary<string, (WordKind, QuickTopic?)> Build()
    {
        Dictionary<string, (WordKind, QuickTopic?)> words = new(StringComparer.Ordinal);
        void Add(WordKind kind, string list, QuickTopic? topic = null)
        {
            foreach (var word in list.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                words.TryAdd(word, (kind, topic));
            }
        }

        Add(WordKind.Filler, "what which is are the teh my our me us i we you it its that there please pls plz thanks thank cheers can could would want wanna like to know see show tell give gimme get check list display print report look have has got do does did how much many a an with about"
            + " now right currently current moment present today latest live actual quick quickly brief briefly short shortly real hey hi hello yo so just some any every each both everything whole entire doing going feeling overall general info information details value values level levels figure figures reading readings number numbers amount"
            + " wat whats hows your am be being far other need needs needed required pending exactly again then there's still really actually kindly sir buddy mate bot all news holding out old newest recent ping reach ones other others rest its same wich");
        Add(WordKind.Topic, "status stats statistics overview summary vitals state", QuickTopic.Status);
        Add(WordKind.Topic, "cpu cpus processor processors cores core", QuickTopic.Cpu);
        Add(WordKind.Topic, "memory mem ram swap swapping", QuickTopic.Memory);
        Add(WordKind.Topic, "disk disks disc discs storage space filesystem filesystems drive drives hdd hdds ssd ssds df partition partitions diskspace", QuickTopic.Disk);
        Add(WordKind.Topic, "temp temps temperature temperatures thermal thermals sensors heat", QuickTopic.Temperature);
        Add(WordKind.Topic, "container containers docker", QuickTopic.Containers);
        Add(WordKind.Topic, "uptime uptimes", QuickTopic.Uptime);
        Add(WordKind.Topic, "ip ips address addresses ipv4 ipv6", QuickTopic.Address);
        Add(WordKind.Topic, "service services unit units systemd daemon daemons", QuickTopic.Services);
        Add(WordKind.Topic, "updates upgrades upgradable upgradeable packages patches update", QuickTopic.Updates);
        Add(WordKind.Topic, "network net traffic bandwidth throughput downloaded uploaded downloads uploads nic nics interface interfaces", QuickTopic.Network);
        Add(WordKind.Topic, "backup backups", QuickTopic.Backups);
        Add(WordKind.Topic, "process processes procs htop ps hog hogs", QuickTopic.Processes);
        Add(WordKind.Topic, "load loads loadavg", QuickTopic.Load);
        Add(WordKind.Topic, "raid zfs zpool pool pools array arrays smart mdadm mdstat", QuickTopic.Arrays);
        Add(WordKind.Topic, "os kernel distro hostname linux", QuickTopic.System);
        Add(WordKind.Joiner, "and & plus , + as well also vs versus compare compared than");
        Add(WordKind.Preposition, "on of for in at from by");
        Add(WordKind.Noun, "server servers host hosts machine machines box boxes system systems node nodes computer computers homelab everywhere anywhere");
        Add(WordKind.Here, "here local localhost locally this");
        Add(WordKind.State, "unhealthy healthy stopped exited dead running up restarting paused down crashed failing failed broken ok okay fine well good alive online offline reachable hot warm cool busy full health not loaded overheating stuck low");
        Add(WordKind.Measure, "usage use used utilization utilisation utilized free left remaining available avail total consumption average averages averaged speed rate rates version operating connected per headroom");
        Add(WordKind.Unit, "celsius fahrenheit kelvin centigrade °c °f percent percentage % gb gib mb mib tb tib gigabytes gigabyte megabytes terabytes gigs c f k degrees degree ° kb kib kilobytes mb/s mib/s gb/s gib/s kb/s kib/s kbit kbits kbit/s kbps mbit mbits mbit/s mbps megabit megabits gbit gbits gbit/s gbps gigabit gigabits minute minutes hour hours day days week weeks");
        Add(WordKind.Most, "top most biggest largest heaviest hungriest busiest highest hottest warmest fullest longest least lowest fewest");
        Add(WordKind.Consuming, "using eating hogging consuming taking eats uses takes occupying");
        Add(WordKind.Except, "except but without excluding besides");
        Add(WordKind.Helper, "when was last long been since reboot rebooted booted boot restarted started who run runs");
        return words;
    }
}

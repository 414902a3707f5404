namespace OpenSre.Home;

/// <summary>
/// Reads a question about hosts. Every word must be one that is known, or the name of a host, or of something that runs
/// there: a sentence that holds anything else is not for here. What is only half a question gets a sentence that says what
/// was understood.
/// </summary>
public static class QuickReader
{
    private static readonly QuickTopic[] Plain = [QuickTopic.Cpu, QuickTopic.Memory, QuickTopic.Disk, QuickTopic.Temperature, QuickTopic.Uptime, QuickTopic.Load];

    /// <summary>Topics that other things than hosts have as well, such as doors and rooms.</summary>
    private static readonly QuickTopic[] NotOfHostsAlone = [QuickTopic.Status, QuickTopic.Temperature, QuickTopic.Network, QuickTopic.Updates, QuickTopic.Services];

    /// <param name="last">What was asked before in the same conversation, for "and atom?"; null where nothing was.</param>
    /// <returns>Null when the text is not for here.</returns>
    public static QuickQuestion? Read(string text, QuickWorld world, QuickQuestion? last = null)
    {
        var tokens = QuickSentence.Read(text, world);
        return tokens is null || Forbidden(tokens) ? null : new Reading(tokens, world, last is { Reply: null, Topics.Count: > 0 } ? last : null).Result();
    }

    /// <summary>Orders, and questions that no single look answers.</summary>
    private static bool Forbidden(List<QuickToken> tokens)
    {
        var first = tokens.FindIndex(t => t.Kind != WordKind.Filler);
        for (var i = 0; i < tokens.Count; i++)
        {
            var next = i + 1 < tokens.Count ? tokens[i + 1] : null;
            var before = i > 0 ? tokens[i - 1] : null;
            // An order begins with its verb; "any update on sagan" does not.
            var orders = i == first && before is null or { Text: not ("any" or "an" or "the" or "my" or "for" or "is" or "there") };
            var wrong = tokens[i].Text switch
            {
                // "update sagan" and "free up memory" are orders; "do not", "is it not" belong to somebody else.
                "update" => orders && next is not { Text: "status" or "count" or "info" or "available" or "needed" or "required" or "pending" },
                "free" => next is { Text: "up" } || (orders && next is { Text: "the" or "some" or "all" }),
                "not" => next is not ({ Kind: WordKind.State } or { Host: not null }),
                "load" => orders && next is { Text: "the" or "my" or "a" },
                "backup" or "backups" => orders && next is { Text: "the" or "my" or "all" or "everything" },
                "memory" or "memories" => before is { Text: "your" },
                "your" => next is { Text: "status" or "uptime" or "version" },
                // "run a backup" is an order; "when did the backup run" and "how hot does it run" are none.
                "run" or "runs" => !tokens.Take(i).Any(t => t.Is("did", "does", "has", "have", "how", "when", "which", "what")) || next is { Kind: WordKind.Topic or WordKind.Filler },
                "stuck" or "broken" => true,
                _ => false,
            };
            if (wrong)
            {
                return true;
            }
        }

        // "what is a container": a question about words.
        return Asked(tokens, "is", "a") || Asked(tokens, "is", "an") || Asked(tokens, "are", "a") || (Asked(tokens, "does") || Asked(tokens, "do")) && !tokens.Exists(t => t.Host is not null);
    }

    /// <summary>"what" followed by these words.</summary>
    private static bool Asked(List<QuickToken> tokens, params ReadOnlySpan<string> words)
    {
        for (var i = 0; i + words.Length < tokens.Count; i++)
        {
            var same = tokens[i].Is("what");
            for (var n = 0; same && n < words.Length; n++)
            {
                same = tokens[i + 1 + n].Is(words[n]);
            }

            if (same)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One sentence on its way to a question.</summary>
    private sealed class Reading(List<QuickToken> tokens, QuickWorld world, QuickQuestion? last)
    {
        private readonly List<QuickTopic> _topics = [];
        private readonly List<string> _hosts = [];
        private readonly HashSet<string> _without = new(StringComparer.Ordinal);
        private string? _unknownHost;
        private string? _name;

        private bool HasHosts => _hosts.Count > 0;

        public QuickQuestion? Result()
        {
            if (!Names())
            {
                return null;
            }

            Topics();
            if (_name is not null)
            {
                return Named();
            }

            if (Any("other", "others", "rest"))
            {
                return Others();
            }

            if (_topics.Count == 0 && GoneOn() is { } goneOn)
            {
                return goneOn;
            }

            if (_topics.Count == 0 && !Implied())
            {
                return Half();
            }

            if (Unclear())
            {
                return null;
            }

            // Somebody else's name is never taken for all hosts.
            return _unknownHost is null ? Ask() ?? Question() : Ask();
        }

        private bool Any(params ReadOnlySpan<string> words)
        {
            foreach (var token in tokens)
            {
                if (token.Is(words))
                {
                    return true;
                }
            }

            return false;
        }

        private bool AnyOf(WordKind kind) => tokens.Exists(t => t.Kind == kind);

        /// <summary>Finds hosts and the one thing that may be unknown. False when the sentence is not for here.</summary>
        private bool Names()
        {
            var excluding = false;
            for (var i = 0; i < tokens.Count; i++)
            {
                var token = tokens[i];
                excluding |= token.Kind == WordKind.Except || (token.Is("not") && i + 1 < tokens.Count && tokens[i + 1].Host is not null);
                if (token.Host is { } host)
                {
                    if (excluding)
                    {
                        _without.Add(host);
                    }
                    else if (!_hosts.Contains(host))
                    {
                        _hosts.Add(host);
                    }
                }
            }

            if (AnyOf(WordKind.Except) && _without.Count == 0)
            {
                return false;
            }

            var here = Any("here", "local", "localhost", "locally") || Here();
            if (here && !HasHosts && world.Hosts.FirstOrDefault(h => h.IsLocal) is { } local)
            {
                _hosts.Add(local.Name);
            }
            else if (Any("this") && !here)
            {
                return false;
            }

            var unknown = tokens.Select((t, i) => (Token: t, Index: i)).Where(t => t.Token.IsUnknown).ToList();
            if (unknown.Count == 0)
            {
                return true;
            }

            // One run of words may be the name of something that runs there; a known word may be part of it.
            var (from, to) = (unknown[0].Index, unknown[^1].Index);
            foreach (var (before, after) in ((int, int)[])[(0, 0), (0, 1), (1, 0), (1, 1)])
            {
                if (from - before < 0 || to + after >= tokens.Count || to - from + before + after > 2)
                {
                    continue;
                }

                var run = tokens.GetRange(from - before, to - from + 1 + before + after);
                var said = string.Concat(run.Select(t => Plainly(t.Text)));
                _name = run.Exists(t => t.Host is not null || t.Path is not null) ? null : world.Objects.Order(StringComparer.Ordinal).FirstOrDefault(o => Plainly(o) == said);
                if (_name is not null)
                {
                    return true;
                }
            }

            if (to == from && Begun(tokens[from].Text) is { } begun)
            {
                _name = begun;
                return true;
            }

            // "is jellyfin running on sagan": what runs on a host is asked, whether or not there is such a thing.
            if (to == from && HasHosts && IsSubject(from) && Any("running", "up", "down", "alive", "healthy", "unhealthy", "stopped", "ok", "online") && LooksLikeHost(tokens[from].Text) && tokens.TrueForAll(t => t.Topic is null || t.Topic is QuickTopic.Containers or QuickTopic.Services))
            {
                _name = tokens[from].Text;
                return true;
            }

            return unknown is [var (token2, at)] && IsPlaceOfHost(at) && LooksLikeHost(token2.Text) && (_unknownHost = token2.Text) is not null;
        }

        private bool Here()
        {
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                if (tokens[i].Is("this") && tokens[i + 1].Is("machine", "server", "host", "box", "system", "computer", "node"))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Behind "on", "of" or "for", with nothing after it but "please" and the like.</summary>
        private bool IsPlaceOfHost(int at)
        {
            if (!tokens.Skip(at + 1).All(t => t.Kind is WordKind.Filler or WordKind.Unit || t.Is("in")))
            {
                return false;
            }

            var before = at - 1;
            while (before >= 0 && tokens[before].Is("the", "my", "our"))
            {
                before--;
            }

            // "of pluto", "of the printer", "of sagan and pluto".
            return before >= 0 && ((tokens[before].Kind == WordKind.Preposition && !tokens[before].Is("in", "by")) || (before > 0 && tokens[before].Is("and", ",", "&", "or") && tokens[before - 1].Host is not null));
        }

        /// <summary>Right behind the "is" that begins a question.</summary>
        private bool IsSubject(int at)
        {
            while (at > 0 && tokens[at - 1].Is("the", "my", "our", "a"))
            {
                at--;
            }

            return at > 0 && tokens[at - 1].Is("is", "are") && tokens.Take(at - 1).All(t => t.Kind is WordKind.Filler or WordKind.Joiner);
        }

        /// <summary>The only thing whose name begins with a word: "immich" is immich_server, where there is no other immich.</summary>
        private string? Begun(string word)
        {
            var said = Plainly(word);
            var found = said.Length < 4 ? [] : world.Objects.Where(o => o.Length > word.Length && o.StartsWith(word, StringComparison.Ordinal) && o[word.Length] is '-' or '_' or '.').DistinctBy(Plainly).Take(2).ToList();
            return found is [var only] ? only : null;
        }

        private static bool LooksLikeHost(string text) => text.Length is > 1 and <= 63 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

        private static string Plainly(string text) => text.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);

        private void Topics()
        {
            foreach (var token in tokens.Where(t => t.Kind == WordKind.Topic))
            {
                if (!_topics.Contains(token.Topic!.Value))
                {
                    _topics.Add(token.Topic.Value);
                }
            }

            if (Any("top") && !_topics.Contains(QuickTopic.Processes) && !_topics.Exists(t => t is not (QuickTopic.Cpu or QuickTopic.Memory)))
            {
                _topics.Add(QuickTopic.Processes);
            }

            // "ip address of the network", "docker containers", "status of the containers": the more special topic is meant.
            if (_topics.Count > 1 && !tokens.Exists(t => t.Topic == QuickTopic.Status && IsListed(t)))
            {
                _topics.Remove(QuickTopic.Status);
            }

            Prefer(QuickTopic.Address, QuickTopic.Network);
            Prefer(QuickTopic.System, QuickTopic.Hosts);
            if (_topics.Contains(QuickTopic.Disk) && (_topics.Contains(QuickTopic.Arrays) || (_topics is [QuickTopic.Disk] && Any("health", "healthy", "failing"))))
            {
                _topics.Remove(QuickTopic.Disk);
                Add(QuickTopic.Arrays);
            }

            if (_topics.Contains(QuickTopic.Load) && !Any("and", ",", "&", "plus"))
            {
                Prefer(QuickTopic.Memory, QuickTopic.Load);
                Prefer(QuickTopic.Network, QuickTopic.Load);
            }

            // "how hot is the cpu of sagan".
            if (Any("hot", "warm", "overheating") && _topics.Count > 0 && _topics.TrueForAll(t => t is QuickTopic.Cpu or QuickTopic.Disk))
            {
                Add(QuickTopic.Temperature);
            }

            // "cpu temperature", "temperature of the disks".
            if (_topics.Contains(QuickTopic.Temperature) && !AnyOf(WordKind.Joiner))
            {
                Prefer(QuickTopic.Temperature, QuickTopic.Cpu);
                Prefer(QuickTopic.Temperature, QuickTopic.Disk);
            }

            // "what is using the memory", "top processes by cpu".
            if (AnyOf(WordKind.Consuming) && !_topics.Contains(QuickTopic.Processes) && _topics.Exists(t => t is QuickTopic.Cpu or QuickTopic.Memory) && (Any("what", "who", "which") || AnyOf(WordKind.Most)))
            {
                Add(QuickTopic.Processes);
            }

            if (_topics.Contains(QuickTopic.Processes) && !_topics.Exists(t => t is not (QuickTopic.Processes or QuickTopic.Cpu or QuickTopic.Memory)))
            {
                _topics.Remove(QuickTopic.Cpu);
                _topics.Remove(QuickTopic.Memory);
            }
        }

        /// <summary>"status and backups": beside it stands what joins a list.</summary>
        private bool IsListed(QuickToken token)
        {
            var at = tokens.IndexOf(token);
            return (at > 0 && tokens[at - 1].Is("and", ",", "&", "plus")) || (at + 1 < tokens.Count && tokens[at + 1].Is("and", ",", "&", "plus"));
        }

        private void Add(QuickTopic topic)
        {
            if (!_topics.Contains(topic))
            {
                _topics.Add(topic);
            }
        }

        private void Prefer(QuickTopic kept, QuickTopic dropped)
        {
            if (_topics.Contains(kept))
            {
                _topics.Remove(dropped);
            }
        }

        /// <summary>Sentences that name their topic by what they ask: "is sagan up", "how hot is sagan", "how are the servers".</summary>
        private bool Implied()
        {
            var noun = AnyOf(WordKind.Noun) || HasHosts;
            if (!noun)
            {
                if (Any("ok", "okay", "fine", "good", "well", "healthy") && Any("everything", "all") && !AnyOf(WordKind.Helper))
                {
                    _topics.Add(QuickTopic.Status);
                    return true;
                }

                return false;
            }

            if (Any("hot", "warm", "cool", "overheating", "hottest", "warmest"))
            {
                _topics.Add(QuickTopic.Temperature);
            }
            else if (Any("busy", "loaded", "busiest"))
            {
                _topics.AddRange([QuickTopic.Cpu, QuickTopic.Load]);
            }
            else if (Any("full", "fullest"))
            {
                _topics.Add(QuickTopic.Disk);
            }
            else if (((Any("long", "longest", "since", "when") || Unit() is QuickUnit.Minutes or QuickUnit.Hours or QuickUnit.Days or QuickUnit.Weeks) && Any("up", "running", "online", "been")) || (Any("when", "last", "since") && Any("reboot", "rebooted", "restarted", "booted", "boot", "started")))
            {
                _topics.Add(QuickTopic.Uptime);
            }
            else if (Any("reboot", "rebooted", "restarted") && Any("need", "needs", "needed", "required", "pending"))
            {
                _topics.Add(QuickTopic.Updates);
            }
            else if (AnyOf(WordKind.Helper) || AnyOf(WordKind.Consuming) || AnyOf(WordKind.Most))
            {
                return false;
            }
            else if (Any("operating") || (Any("version") && HasHosts))
            {
                _topics.Add(QuickTopic.System);
            }
            else if (AnyOf(WordKind.Measure) || AnyOf(WordKind.Unit))
            {
                return false;
            }
            else if (tokens.Exists(t => t.Kind == WordKind.State) && !Any("stopped", "exited", "dead", "failed", "crashed", "paused", "failing", "restarting", "busy"))
            {
                _topics.Add(QuickTopic.Status);
            }
            else if (!HasHosts && Any("list", "which", "what", "know", "many") && Any("servers", "hosts", "machines", "boxes", "systems", "nodes", "computers"))
            {
                _topics.Add(QuickTopic.Hosts);
            }
            else if (!Any("about") && ((Any("how") && Any("is", "are", "doing", "going")) || Any("check", "report", "overview", "look", "show") || (HasHosts && Any("ping", "reach", "news"))))
            {
                _topics.Add(QuickTopic.Status);
            }

            return _topics.Count > 0;
        }

        /// <summary>Topics side by side that together ask for something else than each by itself.</summary>
        private bool Unclear()
        {
            var listed = AnyOf(WordKind.Joiner);
            if (_topics.Count > 1 && !listed && _topics.Exists(t => !Plain.Contains(t)))
            {
                return true;
            }

            // Who uses most of a disk, of a container's memory, of the network: no single look says that.
            if ((AnyOf(WordKind.Consuming) || AnyOf(WordKind.Most)) && _topics.Exists(t => t is not (QuickTopic.Processes or QuickTopic.Cpu or QuickTopic.Memory or QuickTopic.Temperature or QuickTopic.Disk or QuickTopic.Load or QuickTopic.Uptime)))
            {
                return true;
            }

            if (AnyOf(WordKind.Consuming) && Any("what", "who") && _topics.Contains(QuickTopic.Disk))
            {
                return true;
            }

            // "how long", "when", "since": of an uptime or a backup a moment can be said, of nothing else.
            if (Any("when", "since", "was", "long", "last", "been", "who", "boot", "booted", "rebooted", "restarted", "started", "reboot")
                && !_topics.TrueForAll(t => t is QuickTopic.Uptime or QuickTopic.Backups or QuickTopic.Updates || (t is QuickTopic.Processes && !Any("when", "since", "was", "long", "last", "been"))))
            {
                return true;
            }

            // A time is measured of an uptime or a backup, bits of a network; what is old or new is a backup.
            if ((Unit() is QuickUnit.Minutes or QuickUnit.Hours or QuickUnit.Days or QuickUnit.Weeks && !_topics.TrueForAll(t => t is QuickTopic.Uptime or QuickTopic.Backups))
                || (Unit() is QuickUnit.Kilobits or QuickUnit.Megabits or QuickUnit.Gigabits && !_topics.Contains(QuickTopic.Network))
                || (Any("old", "newest", "recent") && _topics is not [QuickTopic.Backups]))
            {
                return true;
            }

            if (tokens.Exists(t => t.Path is not null) && !_topics.Contains(QuickTopic.Disk))
            {
                return true;
            }

            if (tokens.Exists(t => t.Number is not null) && !_topics.Contains(QuickTopic.Processes))
            {
                return true;
            }

            // "what is on my network": devices, not traffic.
            for (var i = 1; i < tokens.Count; i++)
            {
                if (tokens[i] is { Topic: QuickTopic.Network } && tokens.Take(i).Reverse().SkipWhile(t => t.Is("my", "the", "our")).FirstOrDefault() is { } before && before.Is("on", "in", "from"))
                {
                    return true;
                }
            }

            // "is the disk on", "is docker fine": an object that is switched, or a state that is no measure of the topic.
            return tokens is [.., { Kind: WordKind.Preposition }] && !HasHosts;
        }

        private QuickQuestion? Ask()
        {
            if (_unknownHost is { } name)
            {
                var near = QuickSentence.NearHost(name, world, most: 2);
                if (near is null && !HasHosts && _topics.Exists(NotOfHostsAlone.Contains) && !(_topics.Contains(QuickTopic.Temperature) && Any("cpu", "processor", "disk", "disks")))
                {
                    return null;
                }

                var known = string.Join(", ", world.Hosts.Select(h => h.Name));
                return new QuickQuestion(_topics, []) { Reply = $"You ask for the {Subject()} of {name}, but I know no host of that name{(near is null ? "" : $" (did you mean {near}?)")}. I know: {known}." };
            }

            if (_topics is [QuickTopic.Backups] && tokens is [{ Text: "backup" }, { Host: not null }, ..])
            {
                return new QuickQuestion(_topics, _hosts) { Reply = $"I understood: backup of {string.Join(" and ", _hosts)}. I can say when the last one was (“backups on {_hosts[0]}”), but I start none." };
            }

            return null;
        }

        /// <summary>A container or service by name, if something is asked about it.</summary>
        private QuickQuestion? Named()
        {
            // "is plex up?" – "and mosquitto?"
            if (last is { Topics: [QuickTopic.Named] } && _topics.Count == 0 && GoesOn() && tokens.TrueForAll(t => t.IsUnknown || t.Host is not null || t.Kind is WordKind.Filler or WordKind.Joiner or WordKind.Preposition))
            {
                return last with { Name = _name, Hosts = HasHosts ? Chosen() : last.Hosts };
            }

            var asks = AnyOf(WordKind.State) || _topics.Exists(t => t is QuickTopic.Status or QuickTopic.Containers or QuickTopic.Services or QuickTopic.Uptime) || (Any("long") && Any("been", "up", "running"));
            var other = _topics.Exists(t => t is not (QuickTopic.Status or QuickTopic.Containers or QuickTopic.Services or QuickTopic.Uptime));
            if (!asks || other || Any("hot", "warm", "cool", "full", "busy", "loaded") || AnyOf(WordKind.Consuming) || AnyOf(WordKind.Measure) || Any("when", "last", "reboot", "rebooted"))
            {
                return null;
            }

            return new QuickQuestion([QuickTopic.Named], Chosen()) { Name = _name };
        }

        private QuickQuestion Question()
        {
            return new QuickQuestion(_topics, Chosen())
            {
                Unit = Unit(),
                Filter = FilterOf(_topics),
                Part = _topics.Contains(QuickTopic.Temperature) && !_topics.Contains(QuickTopic.Cpu) && Any("cpu", "cpus", "processor", "core", "cores") ? HeatPart.Cpu
                    : _topics.Contains(QuickTopic.Temperature) && !_topics.Contains(QuickTopic.Disk) && tokens.Exists(t => t.Topic == QuickTopic.Disk) ? HeatPart.Disk : HeatPart.Any,
                Free = _topics.Exists(t => t is QuickTopic.Memory or QuickTopic.Disk) && Any("free", "left", "remaining", "available", "avail", "headroom") && !Any("used", "use", "usage"),
                Swap = _topics.Contains(QuickTopic.Memory) && tokens.Where(t => t.Topic == QuickTopic.Memory).All(t => t.Is("swap", "swapping")),
                Smart = _topics.Contains(QuickTopic.Arrays) && (Any("smart") || tokens.Exists(t => t.Topic == QuickTopic.Disk)),
                AddressKind = Any("ipv4") == Any("ipv6") ? null : Any("ipv4") ? 4 : 6,
                ByMemory = tokens.Exists(t => t.Topic == QuickTopic.Memory),
                Count = tokens.FirstOrDefault(t => t.Number is not null)?.Number,
                Mount = tokens.FirstOrDefault(t => t.Path is not null)?.Path,
            };
        }

        /// <summary>The hosts that were named; else, where a sentence goes on with what was asked before, those of before; else all.</summary>
        private List<string> Chosen() =>
            [.. world.Hosts.Select(h => h.Name).Where(n => (HasHosts ? _hosts.Contains(n) : last is null || !GoesOn() || IsEverywhere() || last.Hosts.Contains(n)) && !_without.Contains(n))];

        /// <summary>"and memory?", "what about its disk?": by its first words, or by what stands for a host named before.</summary>
        private bool GoesOn() => tokens is [{ Text: "and" or "also" or "plus" }, ..] or [{ Text: "what" or "how" }, { Text: "about" }, ..] || Any("its", "same", "too");

        /// <summary>All hosts were named, in whatever words.</summary>
        private bool IsEverywhere() => AnyOf(WordKind.Except) || Any("everywhere", "anywhere", "servers", "hosts", "machines", "boxes", "systems", "nodes", "computers") || (AnyOf(WordKind.Noun) && Any("every", "each", "any"));

        /// <summary>"and on the others?": the hosts that were not asked about before.</summary>
        private QuickQuestion? Others()
        {
            if (last is null || HasHosts || last.Hosts.Count == world.Hosts.Count || _topics.Count > 0 || !tokens.TrueForAll(t => t.Kind is WordKind.Filler or WordKind.Joiner or WordKind.Preposition or WordKind.Noun))
            {
                return null;
            }

            return last with { Hosts = [.. world.Hosts.Select(h => h.Name).Where(h => !last.Hosts.Contains(h))] };
        }

        /// <summary>What only changes the question of before: another unit, all hosts, another kind of containers.</summary>
        private QuickQuestion? GoneOn()
        {
            if (last is null || HasHosts)
            {
                return null;
            }

            var plain = tokens.TrueForAll(t => t.Kind is WordKind.Filler or WordKind.Joiner or WordKind.Preposition or WordKind.Unit or WordKind.Noun or WordKind.State);
            var (units, states) = (AnyOf(WordKind.Unit), tokens.Exists(t => t.Kind == WordKind.State));
            return !plain ? null
                : units && !states && !AnyOf(WordKind.Noun) && Measures(Unit(), last.Topics) ? last with { Unit = Unit() }
                : IsEverywhere() && !units && !states && (GoesOn() || tokens[0] is { Kind: WordKind.Preposition } or { Text: "everywhere" or "all" }) ? last with { Hosts = [.. world.Hosts.Select(h => h.Name)] }
                : states && !units && !AnyOf(WordKind.Noun) && last.Topics is [QuickTopic.Containers] && FilterOf(last.Topics) is { } filter and not ContainerFilter.All ? last with { Filter = filter }
                : null;
        }

        /// <summary>Whether something of these topics is measured in the unit.</summary>
        private static bool Measures(QuickUnit unit, IReadOnlyList<QuickTopic> topics) => topics.Any(t => unit switch
        {
            QuickUnit.Celsius or QuickUnit.Fahrenheit or QuickUnit.Kelvin => t is QuickTopic.Temperature or QuickTopic.Status,
            QuickUnit.Minutes or QuickUnit.Hours or QuickUnit.Days or QuickUnit.Weeks => t is QuickTopic.Uptime or QuickTopic.Backups,
            QuickUnit.Kilobits or QuickUnit.Megabits or QuickUnit.Gigabits => t is QuickTopic.Network,
            QuickUnit.Percent => t is QuickTopic.Memory or QuickTopic.Disk or QuickTopic.Cpu,
            QuickUnit.Usual => false,
            _ => t is QuickTopic.Memory or QuickTopic.Disk or QuickTopic.Network or QuickTopic.Processes,
        });

        private QuickUnit Unit()
        {
            if (Any("fahrenheit", "°f", "f"))
            {
                return QuickUnit.Fahrenheit;
            }

            if (Any("celsius", "centigrade", "°c", "c"))
            {
                return QuickUnit.Celsius;
            }

            return tokens.Find(t => t.Kind == WordKind.Unit)?.Text switch
            {
                "kelvin" or "k" => QuickUnit.Kelvin,
                "percent" or "percentage" or "%" => QuickUnit.Percent,
                "kib" or "kib/s" => QuickUnit.Kibibytes,
                "gib" or "gib/s" => QuickUnit.Gibibytes,
                "mib" or "mib/s" => QuickUnit.Mebibytes,
                "tib" => QuickUnit.Tebibytes,
                "kb" or "kilobytes" or "kb/s" => QuickUnit.Kilobytes,
                "gb" or "gigabytes" or "gigabyte" or "gigs" or "gb/s" => QuickUnit.Gigabytes,
                "mb" or "megabytes" or "mb/s" => QuickUnit.Megabytes,
                "kbit" or "kbits" or "kbit/s" or "kbps" => QuickUnit.Kilobits,
                "mbit" or "mbits" or "mbit/s" or "mbps" or "megabit" or "megabits" => QuickUnit.Megabits,
                "gbit" or "gbits" or "gbit/s" or "gbps" or "gigabit" or "gigabits" => QuickUnit.Gigabits,
                "minute" or "minutes" => QuickUnit.Minutes,
                "hour" or "hours" => QuickUnit.Hours,
                "day" or "days" => QuickUnit.Days,
                "week" or "weeks" => QuickUnit.Weeks,
                "tb" or "terabytes" => QuickUnit.Terabytes,
                _ => QuickUnit.Usual,
            };
        }

        private ContainerFilter FilterOf(IReadOnlyList<QuickTopic> topics)
        {
            if (!topics.Contains(QuickTopic.Containers) && !topics.Contains(QuickTopic.Services))
            {
                return ContainerFilter.All;
            }

            var not = Any("not");
            return Any("unhealthy", "failing") || (not && Any("healthy", "ok", "okay", "fine", "well")) ? ContainerFilter.Unhealthy
                : Any("stopped", "exited", "dead", "down", "crashed", "failed", "offline") || (not && Any("running", "up", "online", "alive")) ? ContainerFilter.Stopped
                : Any("restarting") ? ContainerFilter.Restarting
                : Any("paused") ? ContainerFilter.Paused
                // "are all containers healthy" asks for those that are not.
                : Any("all", "every", "everything", "each") && Any("healthy", "ok", "okay", "fine", "good", "well", "up", "running") ? ContainerFilter.All
                : Any("healthy") ? ContainerFilter.Healthy
                : Any("running", "up", "online", "alive") ? ContainerFilter.Running
                : ContainerFilter.All;
        }

        private string Subject() => string.Join(" and ", _topics.Select(t => QuickSubjects.Of(t)));

        /// <summary>What was only half said: a host alone, a measure without its topic.</summary>
        private QuickQuestion? Half()
        {
            if (!HasHosts)
            {
                return null;
            }

            var hosts = string.Join(" and ", _hosts);
            var rest = tokens.Where(t => t.Host is null && t.Kind is not (WordKind.Preposition or WordKind.Joiner) && !t.Is("about", "what", "how", "the", "please", "now", "also", "is", "same", "too", "here")).ToList();
            if (rest.Count > 0 && last is not null && GoesOn() && rest.TrueForAll(t => t.Kind == WordKind.Unit) && Measures(Unit(), last.Topics))
            {
                return last with { Hosts = Chosen(), Unit = Unit() };
            }

            if (rest.Count == 0 && last is not null && (Any("and", "about", "also", "same", "on", "for") || tokens.Count == _hosts.Count))
            {
                return last with { Hosts = Chosen() };
            }

            if (rest.Count == 0 && !AnyOf(WordKind.Consuming) && !tokens.Exists(t => t.Is("is")))
            {
                return new QuickQuestion([], Chosen()) { Reply = $"You named {hosts}. What would you like to know: status, cpu, memory, disk, temperature, containers, services, uptime, network, backups, updates?" };
            }

            return rest.TrueForAll(t => t.Kind is WordKind.Measure or WordKind.Filler or WordKind.Unit) && rest.Exists(t => t.Kind == WordKind.Measure && t.Is("usage", "use", "used", "free", "left", "available", "remaining", "total", "utilization"))
                ? new QuickQuestion([], Chosen()) { Reply = $"I understood “{rest.First(t => t.Kind == WordKind.Measure).Text}” and {hosts}. Of what: cpu, memory or disk?" }
                : null;
        }
    }
}

using System.Diagnostics;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

/// <summary>
/// Processes under the names of agents that write by shell commands, which are in no record: the watch knows whose writes they
/// are. Nothing here depends on how fast it goes: the window is wider than any run takes.
/// </summary>
public sealed class WriteWatchTests : IDisposable
{
    private const int Runs = 20;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Ways in which a shell changes the file $1, in a folder under git, with files named after $2.</summary>
    private static readonly string[] Ways =
    [
        "echo more >> $1",
        "sh -c 'echo new > $1'",
        "sed -i s/first/changed/ $1",
        "echo moved > $2.tmp; mv $2.tmp $1",
        "rm $1; echo anew > $1",
        "git checkout -q other -- $1",
        "(sh -c 'sh -c \"echo late > $1\" & exit') & wait; until grep -q late $1; do sleep 0.01; done",
    ];

    private readonly TempFolder _folder = new();
    private readonly Started _started = new();
    private readonly AgentDiscovery _discovery = new(AgentDiscovery.LocalTable(), new AgentClassifier());

    public void Dispose()
    {
        _started.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Races_of_shell_commands_are_found_and_clean_runs_raise_no_alarm()
    {
        using var watch = Kernel();
        var (claude, codex, person) = (await StartAsync("claude"), await StartAsync("codex"), await StartAsync("bash"));
        watch.Follow(Fleet(claude, codex));
        var ignored = new IgnoredFiles();
        for (var run = 0; run < Runs; run++)
        {
            // Each in a file of its own, in every way; a person in both; what git ignores by both; git itself by both.
            await claude.DoAsync(Way(run, $"own/claude{run}", "c"));
            await codex.DoAsync(Way(run + 1, $"own/codex{run}", "x"));
            await person.DoAsync($"echo p >> own/claude{run}; sed -i s/p/q/ own/codex{run}");
            await claude.DoAsync("echo o > build/out.o; git status > build/status; git add -A own");
            await codex.DoAsync("echo o > build/out.o; git status > build/status; git add -A own");
            Assert.Empty(Seen(await SettledAsync()));

            // And one file by both.
            await codex.DoAsync(Way(run, $"raced/f{run}", "x"));
            await claude.DoAsync(Way(run * 3 + 1, $"raced/f{run}", "c"));
            var conflict = Assert.Single(Seen(await SettledAsync()), c => Path.GetFileName(c.Path) == $"f{run}");
            Assert.Equal([claude.Name, codex.Name], conflict.Agents);
            Assert.Equal((_folder.File($"raced/f{run}"), true), (conflict.Path, conflict.IsSure));
            Forget(run);
        }

        Assert.Equal(0, watch.Unknown);

        async Task<IReadOnlyList<WriteEvent>> SettledAsync()
        {
            // Events come in order: what both did before this has been seen when this has.
            var mark = $"mark{Guid.NewGuid():N}";
            await claude.DoAsync($"echo x > {mark}");
            Started.Until(() => watch.Writes.Any(w => w.Path == _folder.File(mark)));
            return watch.Writes;
        }

        IReadOnlyList<WriteConflict> Seen(IReadOnlyList<WriteEvent> writes) =>
            [.. WriteConflicts.Among([], writes, ignored, Window).Where(c => !_raced.Contains(c.Path))];

        void Forget(int run) => _raced.Add(_folder.File($"raced/f{run}"));
    }

    private readonly HashSet<string> _raced = new(StringComparer.Ordinal);

    [Fact]
    public async Task Who_wrote_by_which_command_and_who_moved_HEAD_under_whom_is_known_also_of_an_agent_that_is_noticed_later()
    {
        using var watch = Kernel();
        var codex = await StartAsync("codex");
        watch.Follow(Fleet(codex));
        var claude = await StartAsync("claude");
        await claude.DoAsync("sed -i s/first/early/ raced/f1");
        Assert.DoesNotContain(watch.Writes, w => w.Agent == claude.Name);
        watch.Follow(Fleet(claude, codex));
        Started.Until(() => watch.Writes.Any(w => w.Agent == claude.Name && w.Path == _folder.File("raced/f1")));

        await codex.DoAsync("git checkout -q -f other");
        Started.Until(() => watch.Moves.Count > 0);
        var move = Assert.Single(watch.Moves);
        Assert.Equal((_folder.Path, codex.Name), (move.Root, move.Agent));
        Assert.Equal([claude.Name], move.Others);
        Assert.Contains(watch.Writes, w => w.Agent == codex.Name && w.Path == _folder.File("raced/f2"));

        // A command that lives long enough to be looked at is named.
        await codex.DoAsync("sh -c 'echo x > begun; exec 3> named; until [ -f go ]; do sleep 0.01; done; echo x >&3' &");
        Started.Until(() => watch.Writes.Any(w => w.Path == _folder.File("begun")));
        await codex.DoAsync("echo x > go; wait");
        Started.Until(() => watch.Writes.Any(w => w.Path == _folder.File("named") && w.By.StartsWith("sh -c echo x > begun", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_the_kernels_word_a_write_is_an_agents_only_while_it_has_the_file_open()
    {
        SkipElsewhere();
        using var watch = new WriteWatch(_discovery, TimeProvider.System, byKernel: false);
        Assert.False(watch.IsByKernel);
        Assert.StartsWith("by inotify", watch.Way, StringComparison.Ordinal);
        var (claude, codex, person) = (await StartAsync("claude"), await StartAsync("codex"), await StartAsync("bash"));
        watch.Follow(Fleet(claude, codex));
        Assert.SkipWhen(watch.Way.Contains("not watched", StringComparison.Ordinal), watch.Way);
        for (var run = 0; run < Runs; run++)
        {
            // Each in its own file and a person in both: of what is over too soon nobody is made the author.
            var before = watch.Unknown + watch.Writes.Count;
            await claude.DoAsync(Way(run, $"own/claude{run}", "c"));
            await codex.DoAsync(Way(run, $"own/codex{run}", "x"));
            await person.DoAsync($"sed -i s/o/0/ own/claude{run} own/codex{run}");
            Started.Until(() => watch.Unknown + watch.Writes.Count > before);

            // What is held open is known.
            foreach (var agent in (Agent[])[claude, codex])
            {
                await agent.DoAsync($"exec 3>> raced/f{run}; echo x >&3");
                Started.Until(() => watch.Writes.Any(w => w.Agent == agent.Name && w.Path == _folder.File($"raced/f{run}")));
                await agent.DoAsync("exec 3>&-");
            }

            Assert.Single(WriteConflicts.Among(watch.Writes, Window), c => c.Path == _folder.File($"raced/f{run}") && c.Agents.SequenceEqual([claude.Name, codex.Name]));
        }

        Assert.Equal(Runs, WriteConflicts.Among(watch.Writes, Window).Count);
    }

    [Fact]
    public void A_write_that_was_not_surely_seen_makes_a_conflict_perhaps_and_what_git_ignores_is_left_out_unless_both_tell_of_it()
    {
        var at = DateTimeOffset.UnixEpoch;
        WriteEvent told = new("a:1", _folder.File("x.o"), at), other = new("b:2", _folder.File("x.o"), at), unsure = other with { IsSure = false };
        Assert.False(Assert.Single(WriteConflicts.Among([told, unsure])).IsSure);
        Assert.True(Assert.Single(WriteConflicts.Among([told, unsure, other])).IsSure);

        Git("init", "-q");
        _folder.Write(".gitignore", "*.o\n");
        var ignored = new IgnoredFiles();
        Assert.True(ignored.Contains(_folder.File("sub/y.o")));
        Assert.False(ignored.Contains(_folder.File("y.c")));
        Assert.Empty(WriteConflicts.Among([told], [other], ignored));
        Assert.Single(WriteConflicts.Among([told, other], [], ignored));
    }

    private static void SkipElsewhere() => Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/bash") && File.Exists("/usr/bin/git"), "This needs Linux, bash and git.");

    private static string Way(int number, string file, string own) =>
        Ways[number % Ways.Length].Replace("$1", file, StringComparison.Ordinal).Replace("$2", own, StringComparison.Ordinal);

    private WriteWatch Kernel()
    {
        SkipElsewhere();
        var watch = new WriteWatch(_discovery, TimeProvider.System);
        var way = watch.Way;
        if (!way.StartsWith("by fanotify and process events", StringComparison.Ordinal))
        {
            watch.Dispose();
            Assert.Skip($"Writes are seen {way}.");
        }

        return watch;
    }

    /// <summary>Two or three processes that do as they are told, in one working tree under git with a branch of other content.</summary>
    private async Task<Agent> StartAsync(string name)
    {
        if (!Directory.Exists(_folder.File(".git")))
        {
            Git("init", "-q", "-b", "main");
            foreach (var folder in (string[])["own", "raced", "build"])
            {
                Directory.CreateDirectory(_folder.File(folder));
            }

            _folder.Write(".gitignore", "build/\nmark*\n*.tmp\n");
            foreach (var content in (string[])["first", "second"])
            {
                for (var i = 0; i < Runs; i++)
                {
                    foreach (var file in (string[])[$"own/f{i}", $"own/claude{i}", $"own/codex{i}", $"raced/f{i}"])
                    {
                        _folder.Write(file, $"{content} {file}\n");
                    }
                }

                Git("add", "-A");
                Git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", content);
                Git("branch", content == "first" ? "start" : "other");
            }

            Git("checkout", "-q", "start");
        }

        const string Obey = "while read -r line; do eval \"$line\"; echo done; done";
        var process = _started.Add(Process.Start(new ProcessStartInfo("/bin/bash", ["-c", "cd \"$1\"; exec -a \"$2\" /bin/bash --norc -c \"$3\"", "bash", _folder.Path, name, Obey]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!);
        var agent = new Agent(name, process);
        await agent.DoAsync(":");
        return agent;
    }

    private void Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = _folder.Path, UseShellExecute = false, RedirectStandardError = true })!;
        var said = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, said);
    }

    private IReadOnlyList<AgentView> Fleet(params Agent[] agents) =>
    [
        .. agents.Select(a => new AgentView(a.Tool, a.Pid, _discovery.Get(a.Pid)!, new AgentStatus(AgentState.Active, ""), new AgentMeter(_ => null), null, 0, null, 0, 0, DateTimeOffset.UtcNow)),
    ];

    private sealed record Agent(string Start, Process Process)
    {
        public int Pid => Process.Id;

        public string Tool => Start == "claude" ? "claude-code" : Start;

        public string Name => $"{Tool}:{Pid}";

        /// <summary>Returns when it has been done.</summary>
        public async Task DoAsync(string command)
        {
            await Process.StandardInput.WriteLineAsync(command);
            await Process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal("done", await Process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        }
    }
}

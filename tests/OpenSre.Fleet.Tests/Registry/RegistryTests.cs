using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

public sealed class RegistryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private AgentRegistry Registry => new(_folder.File(AgentRegistry.FileName));

    private BranchClaims Claims => new(_folder.File(BranchClaims.FileName));

    [Fact]
    public void A_line_is_what_the_original_writes()
    {
        Registry.Register(new AgentRecord("claude-code-8421", 8421, "claude --resume \u00fc", "2026-11-21T01:29:06.312726+00:00", "registered", [], "claude-code", null));
        Assert.Equal("""{"name": "claude-code-8421", "pid": 8421, "command": "claude --resume \u00fc", "registered_at": "2026-11-21T01:29:06.312726+00:00", "source": "registered", "waits_on": [], "provider": "claude-code"}""" + "\n", File.ReadAllText(_folder.File(AgentRegistry.FileName)));
    }

    [Fact]
    public async Task Python_and_we_share_the_registry_and_the_claims()
    {
        PythonPeer.SkipWithoutPython();
        await PythonPeer.RunAsync("register", _folder.Path, "theirs", "41", "aider é");
        Registry.Register(new AgentRecord("ours", 42, "claude", "2026-11-21T01:29:06+00:00", "registered", [41], null, 777));
        Assert.Equal(["theirs", "ours"], Registry.All().Select(r => r.Name));
        var seen = await PythonPeer.RunAsync("registered", _folder.Path);
        Assert.Contains("\"ours\"", seen);
        Assert.Contains("\"waits_on\": [41]", seen);

        await PythonPeer.RunAsync("forget", _folder.Path, "41");
        Assert.Equal([42], Registry.All().Select(r => r.Pid));
        Assert.Equal("ours", Registry.Forget(42)!.Name);
        Assert.Null(Registry.Forget(42));
        Assert.Equal("", await PythonPeer.RunAsync("registered", _folder.Path));

        await PythonPeer.RunAsync("claim", _folder.Path, "feat/x", "theirs", "41");
        Assert.Equal("theirs", Claims.Claim(new BranchClaim("feat/x", "ours", 42, "t"), _ => true)!.Agent);
        Assert.Null(Claims.Claim(new BranchClaim("feat/x", "ours", 42, "t"), _ => false));
        Assert.Equal("""{"branch": "feat/x", "agent_name": "ours", "pid": 42, "claimed_at": "t"}""" + "\n", await PythonPeer.RunAsync("claims", _folder.Path));
        Assert.Equal("ours", Claims.Release("feat/x")!.Agent);
        Assert.Null(Claims.Release("feat/x"));
    }

    [Fact]
    public void Broken_lines_are_passed_over_and_the_last_of_a_pid_counts()
    {
        _folder.Write(AgentRegistry.FileName, "{\"name\": \"a\", \"pid\": 1, \"command\": \"x\"}\nbroken\n{\"pid\": 2}\n{\"name\": \"b\", \"pid\": 1, \"command\": \"y\", \"future\": {}}\n");
        Assert.Equal("b", Assert.Single(Registry.All()).Name);
    }

    [Fact]
    public void A_record_of_an_earlier_process_with_the_same_number_is_not_this_process()
    {
        var process = new ProcessFacts(new ProcessIdentity(7, 500), 1, ["claude"], "", 'S', DateTimeOffset.Parse("2026-05-09T15:00:00Z"), default, 0);
        Assert.True(Record(500, "").Is(process));
        Assert.False(Record(400, "").Is(process));
        Assert.True(Record(null, "2026-05-09T15:01:00+00:00").Is(process));
        Assert.False(Record(null, "2026-05-09T14:01:00+00:00").Is(process));
    }

    [Fact]
    public void Cycles_of_waiting_are_found()
    {
        Assert.Equal([1, 2, 3, 1], WaitGraph.Cycle([Waiting(1, 2), Waiting(2, 3), Waiting(3, 1), Waiting(4, 1)]));
        Assert.Empty(WaitGraph.Cycle([Waiting(1, 2, 3), Waiting(2, 3), Waiting(3)]));
    }

    [Fact]
    public void Many_writers_lose_nothing()
    {
        Parallel.For(1, 41, new ParallelOptions { MaxDegreeOfParallelism = 8 }, pid => Registry.Register(new AgentRecord("a", pid, "c", "", "registered", [], null, null)));
        Assert.Equal(40, Registry.All().Count);
    }

    [Fact]
    public void Setting_a_budget_keeps_the_rest_and_only_what_the_original_knows()
    {
        var home = new FleetHome([_folder.Path]);
        _folder.Write(FleetSettings.FileName, "agents:\n  zed:\n    progress_minutes: 5\n    model: gpt-5\n  'my bot':\n    hourly_budget_usd: 1.5\n");
        _folder.Write(FleetSettings.OwnFileName, "fleet:\n  daily_budget_usd: 50\nagents:\n  zed:\n    daily_budget_usd: 9\n    action: pause\npatterns:\n  my-bot:\n    script: bot.py\n    arguments: [--serve]\n");
        FleetSettings.SetHourly(home, "claude-code", 5);

        Assert.Equal("agents:\n  claude-code:\n    hourly_budget_usd: 5.0\n  'my bot':\n    hourly_budget_usd: 1.5\n  zed:\n    model: gpt-5\n    progress_minutes: 5\n", File.ReadAllText(_folder.File(FleetSettings.FileName)));
        var settings = FleetSettings.Read(home);
        Assert.Equal(new AgentBudget(null, 9, 5, null, "gpt-5", null, null, "pause"), settings.Agents["zed"]);
        Assert.Equal(50, settings.FleetDaily);
        Assert.Equal(["bot.py"], Assert.Single(settings.Patterns).Names);
        Assert.Null(settings.Problem);
    }

    [Fact]
    public void A_broken_file_is_said_and_left_alone()
    {
        var home = new FleetHome([_folder.Path]);
        _folder.Write(FleetSettings.FileName, "agents: [unclosed\n");
        Assert.Contains("invalid contents", FleetSettings.Read(home).Problem);
        Assert.Throws<InvalidDataException>(() => FleetSettings.SetHourly(home, "a", 1));
        Assert.Equal("agents: [unclosed\n", File.ReadAllText(_folder.File(FleetSettings.FileName)));
    }

    [Fact]
    public void Both_folders_of_the_original_are_known_and_an_own_one_goes_before()
    {
        var usual = FleetHome.From(name => name == "HOME" ? _folder.Path : null);
        Assert.Equal([_folder.File(".config/opensre"), _folder.File(".opensre")], usual.Folders);
        Assert.Equal([_folder.File("x")], FleetHome.From(name => name == "OPENSRE_HOME" ? _folder.File("x") : null).Folders);
        Directory.CreateDirectory(_folder.File(".opensre"));
        File.WriteAllText(_folder.File(".opensre/agents.yaml"), "");
        Assert.Equal(_folder.File(".opensre/agents.yaml"), usual.File("agents.yaml"));
        Assert.Equal(_folder.File(".config/opensre/agents.jsonl"), usual.File("agents.jsonl"));
    }

    public void Dispose() => _folder.Dispose();

    private static AgentRecord Record(long? start, string at) => new("a", 7, "c", at, "registered", [], null, start);

    private static AgentRecord Waiting(int pid, params int[] on) => new($"a{pid}", pid, "c", "", "registered", on, null, null);
}

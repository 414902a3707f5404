using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Git;

public sealed class GitToolsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commits_moves_tags_and_edits_are_listed()
    {
        await CommitAsync("Raise the pool", ("db.conf", "size=50\n"), ("näme.txt", "x\n"));
        await GitAsync("tag", "-a", "deploy-42", "-m", "to production");
        await CommitAsync("Lower it | again", ("db.conf", "size=5\n"));
        _folder.Write("db.conf", "size=6\n");
        _folder.Write("new.txt", "?");

        var result = await RunAsync("git.changes");

        Assert.Equal((ToolStatus.Ok, ""), (result.Status, result.Note));
        var lines = result.Text.TrimEnd('\n').Split('\n');
        Assert.Equal($"repository path={_folder.Path} branch=main hours=24 commits=2", lines[0]);
        Assert.Matches(@"^commit id=[0-9a-f]{12} at=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ author=Ann_Test files=1 added=1 deleted=1 text=Lower it \| again$", lines[1]);
        Assert.Matches(@"^changed commit=[0-9a-f]{12} added=1 deleted=1 path=db\.conf$", lines[2]);
        Assert.Contains("files=2 added=2 deleted=0 text=Raise the pool", lines[3], StringComparison.Ordinal);
        Assert.EndsWith("path=näme.txt", lines[5], StringComparison.Ordinal);
        Assert.Matches(@"^head_moved at=\S+Z to=[0-9a-f]{12} text=commit: Lower it \| again$", lines[6]);
        Assert.Matches(@"^tag name=deploy-42 at=\S+Z object=[0-9a-f]{12} text=to production$", lines[8]);
        Assert.Equal(["uncommitted status=M path=db.conf", "uncommitted status=?? path=new.txt"], lines[9..]);
    }

    [Fact]
    public async Task One_commit_is_shown_with_its_lines_and_without_secrets()
    {
        await CommitAsync("First", ("app.env", "A=1\n"));
        await CommitAsync("Second", ("app.env", "A=2\nDB_PASSWORD=hunter22\n"));

        var result = await RunAsync("git.diff", ("commit", "HEAD~0"));

        Assert.Equal(ToolStatus.Ok, result.Status);
        Assert.Matches(@"^commit [0-9a-f]{40}\nauthor Ann Test\nauthored ", result.Text);
        Assert.Contains("\n-A=1\n+A=2\n+DB_PASSWORD=[redacted]\n", result.Text, StringComparison.Ordinal);
        Assert.Equal((ToolStatus.Failed, $"There is no commit nope in {_folder.Path}."), await StatusAsync("git.diff", ("commit", "nope")));
    }

    [Fact]
    public async Task A_repository_cannot_make_us_run_its_programs()
    {
        var mark = _folder.File("ran");
        var trap = _folder.Write("trap.sh", $"#!/bin/sh\ntouch '{mark}'\ncat\n");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs a shell script");
            return;
        }

        File.SetUnixFileMode(trap, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await CommitAsync("First", (".gitattributes", "*.bin diff=trap\n"), ("a.bin", "1\n"));
        await CommitAsync("Second", ("a.bin", "2\n"));
        foreach (var key in new[] { "core.fsmonitor", "diff.external", "diff.trap.textconv", "diff.trap.command", "core.pager" })
        {
            await GitAsync("config", key, trap);
        }

        Assert.Equal(ToolStatus.Ok, (await RunAsync("git.diff", ("commit", "HEAD"))).Status);
        Assert.Equal(ToolStatus.Ok, (await RunAsync("git.changes")).Status);
        Assert.False(File.Exists(mark), "the repository's program was started");
    }

    [Fact]
    public async Task A_repository_without_commits_has_no_changes()
    {
        await InitAsync();

        var result = await RunAsync("git.changes");

        Assert.Equal((ToolStatus.Ok, $"repository path={_folder.Path} branch=main hours=24 commits=0\n", ""), (result.Status, result.Text, result.Note));
    }

    [Fact]
    public async Task A_head_on_no_branch_is_detached()
    {
        await CommitAsync("First", ("a", "1"));
        await GitAsync("checkout", "-q", "--detach");

        Assert.StartsWith($"repository path={_folder.Path} branch=detached hours=24 commits=1\n", (await RunAsync("git.changes")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_repository_is_missing()
    {
        Assert.Equal((ToolStatus.Missing, $"{_folder.Path} is not in a git repository."), await StatusAsync("git.changes"));
        Directory.CreateDirectory(_folder.File("x"));
        Assert.Equal((ToolStatus.Missing, "/nowhere/at/all does not exist."), await StatusAsync("git.changes", ("path", "/nowhere/at/all")));
    }

    [Fact]
    public async Task A_repository_of_somebody_else_says_what_to_do()
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(128, "", "fatal: detected dubious ownership in repository at '/srv/app'\nTo add an exception ..."));

        var result = await Find("git.changes", runner).RunAsync(new Dictionary<string, string> { ["path"] = "/srv/app" }, Token);

        Assert.Equal(new ToolResult(ToolStatus.Refused, "", "git reads no repository of another user; to allow it: git config --global --add safe.directory /srv/app"), result);
    }

    [Theory]
    [InlineData("git.changes", "path", "--upload-pack=x")]
    [InlineData("git.changes", "path", "relative")]
    [InlineData("git.changes", "hours", "-1")]
    [InlineData("git.diff", "commit", "--output=/tmp/x")]
    [InlineData("git.diff", "commit", "HEAD..main")]
    [InlineData("git.diff", "commit", "HEAD:secret")]
    public async Task Arguments_from_outside_are_judged_before_anything_runs(string tool, string name, string value)
    {
        var runner = FakeRunner.Returning(FakeRunner.Exit(0, ""));
        var arguments = new Dictionary<string, string> { ["path"] = "/srv/app", ["commit"] = "HEAD", [name] = value };

        var result = await Find(tool, runner).RunAsync(arguments, Token);

        Assert.Equal(ToolStatus.Failed, result.Status);
        Assert.StartsWith(name + " must be ", result.Note, StringComparison.Ordinal);
        Assert.Empty(runner.Requests);
    }

    private static IEvidenceTool Find(string name, ICommandRunner runner) => GitTools.All(runner).Single(t => t.Description.Name == name);

    private Task<ToolResult> RunAsync(string tool, params (string Name, string Value)[] arguments)
    {
        var all = new Dictionary<string, string> { ["path"] = _folder.Path };
        foreach (var (name, value) in arguments)
        {
            all[name] = value;
        }

        return Find(tool, new LocalCommandRunner()).RunAsync(all, Token);
    }

    private async Task<(ToolStatus, string)> StatusAsync(string tool, params (string Name, string Value)[] arguments)
    {
        var result = await RunAsync(tool, arguments);
        return (result.Status, result.Note);
    }

    private async Task InitAsync()
    {
        if (!Directory.Exists(_folder.File(".git")))
        {
            await GitAsync("init", "-q", "-b", "main");
            await GitAsync("config", "user.name", "Ann Test");
            await GitAsync("config", "user.email", "ann@example.test");
        }
    }

    private async Task CommitAsync(string subject, params (string Name, string Text)[] files)
    {
        await InitAsync();
        foreach (var (name, text) in files)
        {
            _folder.Write(name, text);
            await GitAsync("add", name);
        }

        await GitAsync("commit", "-q", "-m", subject);
    }

    private async Task GitAsync(params string[] arguments)
    {
        Assert.SkipWhen(ProgramFile.Find("git", out _) is null, "git is not installed");
        var result = await new LocalCommandRunner().RunAsync(new CommandRequest("test", "git", ["-C", _folder.Path, .. arguments], null, TimeSpan.FromSeconds(20), 10_000), Token);
        Assert.True(result is { Status: CommandStatus.Exited, ExitCode: 0 }, result.Error);
    }
}

using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

/// <summary>Which files of notes are read, in which order, and what of them.</summary>
public sealed class ContextFilesTests : IDisposable
{
    private readonly string _root = RealFolder();

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_machine_comes_first_then_the_person_then_the_folders_down_to_here_and_local_ones_last()
    {
        Write("etc/CLAUDE.md", "machine");
        Write("home/.claude/CLAUDE.md", "person");
        Write("work/CLAUDE.md", "above");
        Write("work/app/AGENTS.md", "agents");
        Write("work/app/CLAUDE.md", "claude");
        Write("work/app/.claude/CLAUDE.md", "inner");
        Write("work/app/.claude/rules/a.md", "a rule");
        Write("work/app/.claude/rules/b.md", "---\npaths: src/**\n---\na rule for some paths");
        Write("work/app/OPENSRE.md", "opensre");
        Write("work/app/CLAUDE.local.md", "local");
        Write("work/app/below/CLAUDE.md", "not an ancestor");
        Write("listed.md", "listed");
        var (files, problems) = ContextFiles.Read(Places("work/app") with { Managed = [At("etc/CLAUDE.md")], User = [At("home/.claude/CLAUDE.md")], Listed = [At("listed.md"), At("gone.md")] });
        Assert.Equal(["machine", "person", "above", "agents", "claude", "inner", "opensre", "a rule", "local", "listed"], files.Select(f => f.Text));
        Assert.Equal([true, true, false, false, false, false, false, false, false, true], files.Select(f => f.Trusted));
        Assert.Contains("gone.md", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Imports_go_five_hops_and_not_in_circles()
    {
        for (var i = 0; i <= 7; i++)
        {
            Write($"app/{(i == 0 ? "CLAUDE" : "n" + i)}.md", $"file {i}, see @./n{i + 1}.md and @CLAUDE.md.");
        }

        var (files, problems) = ContextFiles.Read(Places("app"));
        Assert.Equal([0, 1, 2, 3, 4, 5], files.Select(f => f.Hops));
        Assert.Contains("n6.md is not read: ", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_imported_from_code_or_from_the_middle_of_a_word()
    {
        foreach (var name in new[] { "a", "b", "c", "d", "e", "f", "yes", "also", "more" })
        {
            Write($"app/{name}.md", name);
        }

        Write("app/CLAUDE.md", """
            @yes.md and (`@a.md`), ``@b.md ` `` mail x@c.md
            ```sh
            @d.md
            ```

                @e.md

            - item
                @also.md
            ~~~
            @f.md
            ```
            ~~~
            see @more.md#part, @nobody and @anthropic/none.
            """);
        Assert.Equal(["also.md", "more.md", "yes.md"], ContextFiles.Read(Places("app")).Files.Where(f => f.Hops == 1).Select(f => Path.GetFileName(f.Path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_project_may_not_import_what_lies_outside_unless_it_is_trusted()
    {
        Write("home/.ssh/id", "a key");
        Write("app/CLAUDE.md", "@~/.ssh/id and @../secret.md and @inside.md");
        Write("app/inside.md", "inside");
        Write("secret.md", "secret");
        var (files, problems) = ContextFiles.Read(Places("app"));
        Assert.DoesNotContain(files, f => f.Text is "a key" or "secret");
        Assert.Contains(files, f => f.Text == "inside");
        Assert.Equal(2, problems.Count);
        Assert.All(problems, p => Assert.Contains("trust", p, StringComparison.Ordinal));

        files = ContextFiles.Read(Places("app") with { Trust = [At("app")] }).Files;
        Assert.Contains(files, f => f is { Text: "a key", Trusted: true });
    }

    [Fact]
    public void A_link_out_of_the_project_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights on Windows");
        Write("secret.md", "secret");
        Directory.CreateDirectory(At("app/.git"));
        File.CreateSymbolicLink(At("app/CLAUDE.md"), At("secret.md"));
        Directory.CreateSymbolicLink(At("app/docs"), _root);
        Write("app/AGENTS.md", "@docs/secret.md");
        var (files, problems) = ContextFiles.Read(Places("app"));
        Assert.Equal("@docs/secret.md", Assert.Single(files).Text);
        Assert.Equal(2, problems.Count);
    }

    [Fact]
    public void Credentials_and_control_sequences_are_taken_out()
    {
        Write("app/CLAUDE.md", "db password=hunter2222 \e[31mred");
        var text = Assert.Single(ContextFiles.Read(Places("app")).Files).Text;
        Assert.DoesNotContain("hunter2222", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text);
    }

    [Fact]
    public void Within_a_budget_the_sections_that_speak_of_the_question_are_kept_in_their_order()
    {
        var other = string.Concat(Enumerable.Repeat("Something about releases and reviews. ", 20));
        Write("app/CLAUDE.md", $"# Style\n{other}\n# Disks of web-1\nThe data disk fills when snapshots stay.\n# Reviews\n{other}\n```\n# no heading\n```\n# Snapshots\nDelete with the snapshot job.\n");
        var files = ContextFiles.Read(Places("app")).Files;
        var words = new HashSet<string> { "disk", "web", "snapshots" };
        var kept = ContextChoice.Choose(files, words, 300);
        Assert.Equal(["Disks of web-1", "Snapshots"], kept.Where(s => s.Kept).Select(s => s.Title));
        Assert.Equal(4, kept.Count);
        Assert.Contains("2 sections of", ContextChoice.Text(kept), StringComparison.Ordinal);
        Assert.All(ContextChoice.Choose(files, words, 100_000), s => Assert.True(s.Kept));
    }

    [Fact]
    public void Notes_below_and_rules_for_paths_are_read_once_a_file_there_is_spoken_of()
    {
        Write("app/CLAUDE.md", "top");
        Write("app/.claude/rules/ts.md", "---\npaths:\n  - \"src/**/*.{ts,tsx}\"\n  - lib/*.ts\n---\ntypescript");
        Write("app/.claude/rules/deep/sql.md", "---\npaths: [\"**/*.sql\", 'db/{a,b}/*']\n---\nsql");
        Write("app/.claude/rules/always.md", "always");
        Write("home/.claude/rules/mine.md", "mine");
        Write("app/src/CLAUDE.md", "of src");
        Write("app/src/pay/OPENSRE.md", "of pay");
        Write("app/src/pay/CLAUDE.local.md", "local of pay");
        Write("app/src/pay/api.ts", "code");
        Write("app/src/other/CLAUDE.md", "of other");
        Write("app/db/x.sql", "select");
        IEnumerable<string> Read(params string[] touched) => ContextFiles.Read(Places("app"), touched).Files.Select(f => f.Text.Trim());
        Assert.Equal(["mine", "top", "always"], Read());
        Assert.Equal(["mine", "top", "always", "typescript", "of src", "of pay", "local of pay"], Read("src/pay/api.ts"));
        Assert.Equal(["mine", "top", "always", "sql"], Read("db/x.sql"));
        Assert.True(ContextFiles.Read(Places("app")).Files[0].Trusted);
    }

    [Theory]
    [InlineData("src/**/*.ts", "src/a.ts", true)]
    [InlineData("src/**/*.ts", "src/x/y/a.ts", true)]
    [InlineData("src/**", "src/x/y", true)]
    [InlineData("**/*.py", "a.py", true)]
    [InlineData("*.md", "docs/a.md", false)]
    [InlineData("{src,lib}/**/*.t?", "lib/q/a.ts", true)]
    [InlineData("{src,lib}/*.ts", "app/a.ts", false)]
    [InlineData("./src/a+b.ts", "src/a+b.ts", true)]
    [InlineData("a{b", "a{b", false)]
    [InlineData("", "a", false)]
    public void Patterns_of_paths_mean_what_they_mean_elsewhere(string pattern, string path, bool matches) => Assert.Equal(matches, PathPattern.Matches(pattern, path));

    [Fact]
    public void Files_are_spoken_of_by_the_alert_by_calls_and_by_what_git_says()
    {
        Write("app/src/api.cs", "x");
        Write("app/src/old.cs", "x");
        Write("app/deploy/run.sh", "x");
        Write("app/Program.cs", "x");
        Write("secret.txt", "x");
        var alert = new Alert { Name = "Crash", Summary = $"NullReferenceException at {At("app/src/api.cs")}:line 12, see ../secret.txt and and/or" };
        var ledger = new EvidenceLedger();
        ledger.Store(new StoredOutput("", "git.diff", new Dictionary<string, string>(), ToolStatus.Ok, "--- a/src/old.cs\n+++ b/src/old.cs\n", "", DateTimeOffset.UnixEpoch, TimeSpan.Zero));
        ledger.Store(new StoredOutput("", "logs.tail", new Dictionary<string, string> { ["path"] = At("app/deploy/run.sh") }, ToolStatus.Ok, "Program.cs is only mentioned", "", DateTimeOffset.UnixEpoch, TimeSpan.Zero));
        Assert.Equal(["deploy/run.sh", "src/api.cs", "src/old.cs"], TouchedFiles.Of(At("app"), new Incident("i", [alert], TimeWindow.At(DateTimeOffset.UnixEpoch)), ledger).Order(StringComparer.Ordinal));
        Assert.Empty(TouchedFiles.Of(null, new Incident("i", [alert], TimeWindow.At(DateTimeOffset.UnixEpoch)), ledger));
    }

    private ContextPlaces Places(string folder) => new() { WorkingDirectory = At(folder), Home = At("home") };

    private string At(string path) => Path.Combine(_root, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    /// <summary>Where temporary folders are is a link on some systems.</summary>
    private static string RealFolder()
    {
        var folder = Directory.CreateTempSubdirectory("opensre-notes-").FullName;
        return OperatingSystem.IsMacOS() && folder.StartsWith("/var/", StringComparison.Ordinal) ? "/private" + folder : folder;
    }
}

namespace OpenSre.Sentry.Tests;

public class RepositoryPlannerTests
{
    private const string Cart = "def total(items):\n    result = 0\n    for item in items:\n        result += item.price\n    return result / len(items)\n";
    private const string Fix = "--- src/cart.py\n+++ src/cart.py\n@@ -2,4 +2,4 @@\n     result = 0\n     for item in items:\n         result += item.price\n-    return result / len(items)\n+    return result / len(items) if items else 0";

    private static FilePatch Modified(string path, string diff) => new("acme/shop", path, ChangeType.Modified, 1, 1, diff, []);

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData(".git/config")]
    [InlineData("sub/.GIT/hooks/pre-commit")]
    [InlineData("git~1/config")]
    [InlineData(".git./config")]
    [InlineData(".git::$INDEX_ALLOCATION/config")]
    [InlineData("a\nb")]
    [InlineData("a\\b")]
    [InlineData("C:/x")]
    public async Task A_path_that_must_not_be_refuses_the_whole_set(string path)
    {
        using var repository = new Repository();
        repository.Write("src/cart.py", Cart);
        repository.Commit();
        var plan = await repository.PlanAsync(null, Modified("src/cart.py", Fix), new FilePatch("acme/shop", path, ChangeType.Added, 1, 0, "@@ -0,0 +1 @@\n+x\n", []));
        Assert.All(plan.Files, f => Assert.Equal(FileOutcome.Failed, f.Outcome));
        Assert.Throws<FixException>(() => PlanWriter.Write(plan, "x", withConflicts: true, DateTimeOffset.UnixEpoch));
        Assert.Equal("", repository.Git("status", "--porcelain"));
    }

    [Fact]
    public async Task Links_and_nested_repositories_are_not_written_through()
    {
        using var repository = new Repository();
        using var outside = new Repository();
        outside.Write("cart.py", Cart);
        repository.Write("x", "x\n");
        File.CreateSymbolicLink(Path.Combine(repository.Root, "src"), outside.Root);
        File.CreateSymbolicLink(Path.Combine(repository.Root, "link.py"), Path.Combine(outside.Root, "cart.py"));
        Directory.CreateDirectory(Path.Combine(repository.Root, "nested/.git"));
        foreach (var path in (string[])["src/cart.py", "link.py", "nested/cart.py"])
        {
            var plan = await repository.PlanAsync(null, Modified(path, Fix));
            Assert.Equal(FileOutcome.Failed, plan.Files[0].Outcome);
        }

        Assert.Equal(Cart, outside.Read("cart.py"));
    }

    [Fact]
    public async Task A_bare_path_changes_the_file_it_names_and_not_one_of_the_same_name_above()
    {
        using var repository = new Repository();
        repository.Write("src/cart.py", Cart);
        repository.Write("cart.py", Cart);
        repository.Commit();
        PlanWriter.Write(await repository.PlanAsync(null, Modified("src/cart.py", Fix)), "x", withConflicts: false, DateTimeOffset.UnixEpoch);
        Assert.Equal(Cart, repository.Read("cart.py"));
        Assert.Contains("if items else 0", repository.Read("src/cart.py"));
        Assert.Equal("M src/cart.py", repository.Git("status", "--porcelain").Trim());
        Assert.Equal("", repository.Git("diff", "--cached", "--name-only"));
    }

    [Fact]
    public async Task Files_come_go_and_stay_empty_and_undo_brings_all_back()
    {
        using var repository = new Repository();
        repository.Write("old/gone.py", "a\nb\n");
        repository.Write("old/whole.py", "a\nb");
        repository.Write("empty", "");
        var commit = repository.Commit();
        var plan = await repository.PlanAsync(
            commit,
            new FilePatch("acme/shop", "new/deep/a b.py", ChangeType.Added, 2, 0, "--- /dev/null\n+++ b/new/deep/a b.py\n@@ -0,0 +1,2 @@\n+one\n+two", []),
            new FilePatch("acme/shop", "new/empty", ChangeType.Added, 0, 0, "", []),
            new FilePatch("acme/shop", "run.sh", ChangeType.Added, 1, 0, "diff --git a/run.sh b/run.sh\nnew file mode 100755\n--- /dev/null\n+++ b/run.sh\n@@ -0,0 +1 @@\n+true\n", []),
            new FilePatch("acme/shop", "old/gone.py", ChangeType.Deleted, 0, 2, "--- a/old/gone.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n", []),
            new FilePatch("acme/shop", "old/whole.py", ChangeType.Deleted, 0, 2, "", []),
            new FilePatch("acme/shop", "empty", ChangeType.Deleted, 0, 0, "", []));
        Assert.True(plan.CanApply, string.Join("\n", plan.Files.Select(f => f.Path + f.Reason)));
        var record = PlanWriter.Write(plan, "x", withConflicts: false, DateTimeOffset.UnixEpoch)!;
        Assert.Equal("one\ntwo\n", repository.Read("new/deep/a b.py"));
        Assert.Equal("", repository.Read("new/empty"));
        Assert.False(repository.Has("old/gone.py") || Directory.Exists(Path.Combine(repository.Root, "old")) || repository.Has("empty"));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(repository.Root, "run.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal(6, record.Undo().Count);
        Assert.Equal("", repository.Git("status", "--porcelain"));
        Assert.False(Directory.Exists(Path.Combine(repository.Root, "new")));
        repository.GitWith(plan.Patch, "apply", "--check", "-");
    }

    [Fact]
    public async Task A_deletion_without_hunks_needs_the_file_it_was_made_for()
    {
        using var repository = new Repository();
        repository.Write("a", "a\n");
        var commit = repository.Commit();
        repository.Write("a", "mine\n");
        var gone = new FilePatch("acme/shop", "a", ChangeType.Deleted, 0, 1, "", []);
        Assert.Equal(FileOutcome.Failed, (await repository.PlanAsync(commit, gone)).Files[0].Outcome);
        Assert.Equal(FileOutcome.Failed, (await repository.PlanAsync(null, gone)).Files[0].Outcome);
    }

    [Fact]
    public async Task Uncommitted_changes_elsewhere_in_the_file_are_merged_with()
    {
        using var repository = new Repository();
        repository.Write("src/cart.py", Cart);
        var commit = repository.Commit();
        repository.Write("src/cart.py", "# mine\n" + Cart.Replace("result = 0", "result = 0.0", StringComparison.Ordinal));
        foreach (var pinned in (string?[])[commit, null])
        {
            var file = (await repository.PlanAsync(pinned, Modified("src/cart.py", Fix))).Files[0];
            Assert.Equal((FileOutcome.Ready, true, true), (file.Outcome, file.Merged, file.Dirty));
            var text = System.Text.Encoding.UTF8.GetString(file.After!);
            Assert.Contains("# mine", text);
            Assert.Contains("result = 0.0", text);
            Assert.Contains("if items else 0", text);
        }
    }

    [Fact]
    public async Task A_conflict_changes_nothing_unless_marks_are_wanted_and_is_undone()
    {
        using var repository = new Repository();
        repository.Write("src/cart.py", Cart);
        repository.Write("b", "1\n");
        var commit = repository.Commit();
        var mine = Cart.Replace("result / len(items)", "result / max(1, len(items))", StringComparison.Ordinal);
        repository.Write("src/cart.py", mine);
        var plan = await repository.PlanAsync(commit, Modified("src/cart.py", Fix), Modified("b", "@@ -1 +1 @@\n-1\n+2\n"));
        Assert.Equal((FileOutcome.Conflicted, FileOutcome.Ready), (plan.Files[0].Outcome, plan.Files[1].Outcome));
        Assert.Throws<FixException>(() => PlanWriter.Write(plan, "x", withConflicts: false, DateTimeOffset.UnixEpoch));
        Assert.Equal((mine, "1\n"), (repository.Read("src/cart.py"), repository.Read("b")));
        var record = PlanWriter.Write(plan, "x", withConflicts: true, DateTimeOffset.UnixEpoch)!;
        Assert.Contains("<<<<<<< yours", repository.Read("src/cart.py"));
        Assert.Contains(">>>>>>> seer", repository.Read("src/cart.py"));
        record.Undo();
        Assert.Equal(mine, repository.Read("src/cart.py"));
    }

    [Fact]
    public async Task What_could_stand_in_two_places_is_refused()
    {
        using var repository = new Repository();
        var block = "a\nb\nc\nd\n";
        repository.Write("f", "first\n" + block + "between\n" + block + "last\n");
        repository.Commit();
        var file = (await repository.PlanAsync(null, Modified("f", "@@ -20,4 +20,4 @@\n a\n-b\n+B\n c\n d\n"))).Files[0];
        Assert.Equal(FileOutcome.Failed, file.Outcome);
        Assert.Contains("more than once", file.Reason);
    }

    [Fact]
    public async Task Renames_and_binary_patches_are_refused()
    {
        using var repository = new Repository();
        repository.Write("a", "a\n");
        repository.Commit();
        foreach (var diff in (string[])["diff --git a/b b/a\nrename from b\nrename to a\n", "GIT binary patch\nliteral 0\n", "Binary files a/a and b/a differ\n", "old mode 100644\nnew mode 100755\n"])
        {
            Assert.Equal(FileOutcome.Failed, (await repository.PlanAsync(null, Modified("a", diff))).Files[0].Outcome);
        }
    }

    [Fact]
    public async Task A_file_that_changes_after_the_plan_stops_it_and_earlier_files_are_put_back()
    {
        using var repository = new Repository();
        repository.Write("a", "1\n");
        repository.Write("b", "1\n");
        repository.Commit();
        var plan = await repository.PlanAsync(null, Modified("a", "@@ -1 +1 @@\n-1\n+2\n"), Modified("b", "@@ -1 +1 @@\n-1\n+2\n"));
        repository.Write("b", "mine\n");
        Assert.Contains("changed meanwhile", Assert.Throws<FixException>(() => PlanWriter.Write(plan, "x", withConflicts: false, DateTimeOffset.UnixEpoch)).Message);
        Assert.Equal(("1\n", "mine\n"), (repository.Read("a"), repository.Read("b")));
        Assert.Null(UndoRecord.Latest(plan.Root, plan.GitFolder));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_puts_the_others_back()
    {
        using var repository = new Repository();
        repository.Write("a", "1\n");
        repository.Commit();
        var plan = await repository.PlanAsync(null, Modified("a", "@@ -1 +1 @@\n-1\n+2\n"), new FilePatch("acme/shop", "dir/new", ChangeType.Added, 1, 0, "@@ -0,0 +1 @@\n+x\n", []), new FilePatch("acme/shop", "in/the/way", ChangeType.Added, 1, 0, "@@ -0,0 +1 @@\n+x\n", []));
        Assert.True(plan.CanApply);
        repository.Write("in", "a file where a folder is needed\n");
        Assert.Throws<FixException>(() => PlanWriter.Write(plan, "x", withConflicts: false, DateTimeOffset.UnixEpoch));
        Assert.Equal("1\n", repository.Read("a"));
        Assert.False(Directory.Exists(Path.Combine(repository.Root, "dir")));
    }

    [Fact]
    public async Task Undo_leaves_alone_what_was_touched_since()
    {
        using var repository = new Repository();
        repository.Write("a", "1\n");
        repository.Write("b", "1\n");
        repository.Commit();
        var plan = await repository.PlanAsync(null, Modified("a", "@@ -1 +1 @@\n-1\n+2\n"), Modified("b", "@@ -1 +1 @@\n-1\n+2\n"));
        PlanWriter.Write(plan, "x", withConflicts: false, DateTimeOffset.UnixEpoch);
        repository.Write("b", "mine\n");
        var record = UndoRecord.Latest(plan.Root, plan.GitFolder)!;
        Assert.Contains("b", Assert.Throws<FixException>(record.Undo).Message);
        Assert.Equal(("2\n", "mine\n"), (repository.Read("a"), repository.Read("b")));
    }

    [Fact]
    public async Task Settings_of_the_repository_do_not_loosen_it()
    {
        using var repository = new Repository();
        repository.Write("a", "  1  \nx\n");
        repository.Commit();
        repository.Git("config", "apply.ignoreWhitespace", "change");
        repository.Git("config", "apply.whitespace", "fix");
        Assert.Equal(FileOutcome.Failed, (await repository.PlanAsync(null, Modified("a", "@@ -1,2 +1,2 @@\n 1\n-x\n+y  \n"))).Files[0].Outcome);
        PlanWriter.Write(await repository.PlanAsync(null, Modified("a", "@@ -1,2 +1,2 @@\n   1  \n-x\n+y  \n")), "x", withConflicts: false, DateTimeOffset.UnixEpoch);
        Assert.Equal("  1  \ny  \n", repository.Read("a"));
    }
}

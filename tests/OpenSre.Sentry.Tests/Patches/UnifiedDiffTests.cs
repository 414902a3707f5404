namespace OpenSre.Sentry.Tests;

public class UnifiedDiffTests
{
    [Fact]
    public void Files_are_taken_apart_in_every_form_they_come_in()
    {
        var patches = UnifiedDiff.Split("shop", """
            Here is the change:
            ```diff
            diff --git a/src/a.py b/src/a.py
            index 1234567..89abcde 100644
            --- a/src/a.py
            +++ b/src/a.py
            @@ -1,3 +1,3 @@
             one
            --- two
            +++ three
             four
            diff --git a/new.py b/new.py
            new file mode 100644
            --- /dev/null
            +++ b/new.py
            @@ -0,0 +1 @@
            +x
            --- old.py	2026-01-01
            +++ /dev/null
            @@ -1 +0,0 @@
            -x

            --- b/bare.py
            +++ b/bare.py
            @@ -1 +1 @@
            -x
            +y
            ```
            """.ReplaceLineEndings("\n"));
        Assert.Equal([("src/a.py", ChangeType.Modified), ("new.py", ChangeType.Added), ("old.py", ChangeType.Deleted), ("b/bare.py", ChangeType.Modified)], patches.Select(p => (p.Path, p.Type)));
        Assert.Equal([(1, 1), (1, 0), (0, 1), (1, 1)], patches.Select(p => (p.Added, p.Removed)));
        Assert.EndsWith("+++ three\n four\n", patches[0].Diff);
        Assert.EndsWith("@@ -1 +0,0 @@\n-x\n", patches[2].Diff);
        Assert.Empty(UnifiedDiff.Split("shop", "no diff at all"));
        Assert.Empty(UnifiedDiff.Split("shop", ""));
    }

    [Fact]
    public async Task A_split_diff_applies()
    {
        using var repository = new Repository();
        repository.Write("src/a.py", "one\ntwo\nthree\n");
        repository.Commit();
        var plan = await repository.PlanAsync(null, UnifiedDiff.Split("shop", "--- a/src/a.py\n+++ b/src/a.py\n@@ -9,3 +9,3 @@\n one\n-two\n+TWO\n three\n"));
        Assert.True(plan.CanApply, plan.Files[0].Reason);
        Assert.Equal("one\nTWO\nthree\n", System.Text.Encoding.UTF8.GetString(plan.Files[0].After!));
    }

    [Fact]
    public async Task A_checkout_gives_tracked_files_and_nothing_else()
    {
        using var repository = new Repository();
        repository.Write("src/a.py", "one\ntwo\n");
        repository.Commit();
        repository.Write(".env", "SECRET=1\n");
        var checkout = await Checkout.OfAsync(repository.Root, TestContext.Current.CancellationToken);
        Assert.Equal(("2\ttwo\n(src/a.py has 2 lines)", false), checkout.Read("src/a.py", 2, 10));
        Assert.All((string[])[".env", "../x", "/etc/passwd", ".git/config", "src"], p => Assert.True(checkout.Read(p, 1, 1).Failed));
        Assert.Equal(("src/a.py:2:two", false), await checkout.SearchAsync("two", TestContext.Current.CancellationToken));
        Assert.Equal(("No line has it.", false), await checkout.SearchAsync("SECRET", TestContext.Current.CancellationToken));
        Assert.Equal(("No line has it.", false), await checkout.SearchAsync("--help", TestContext.Current.CancellationToken));
        Assert.True((await checkout.SearchAsync("", TestContext.Current.CancellationToken)).Failed);
    }
}

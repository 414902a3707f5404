using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class MechanismsTests
{
    [Theory]
    [InlineData("-max_pool_size: 40\n+max_pool_size: 4", FailureMode.Pool)]
    [InlineData("-  ttl: 3600s\n+  ttl: 5s", FailureMode.Cache)]
    [InlineData("-\tclient.Timeout = 30 * time.Second\n+\tclient.Timeout = 300 * time.Millisecond", FailureMode.Timeout)]
    [InlineData("-retries = 2\n+retries = 20", FailureMode.Retry)]
    [InlineData(" for id in ids:\n-    names = cached[id]\n+    names.append(repo.fetch_user(id))", FailureMode.QueryLoad)]
    [InlineData("-    defer rows.Close()", FailureMode.Pool)]
    [InlineData("-    defer file.Close()", FailureMode.Leak)]
    [InlineData("-logging.level: warn\n+logging.level: debug", FailureMode.Volume)]
    [InlineData("-  if user == nil { return ErrNoUser }\n   return user.Name", FailureMode.Crash)]
    [InlineData("+ALTER TABLE invoices DROP COLUMN due_at;", FailureMode.Schema)]
    [InlineData("-  memory: 512Mi\n+  memory: 64Mi", FailureMode.Limit)]
    [InlineData("-  minVersion: TLS12\n+  minVersion: TLS13", FailureMode.Tls)]
    [InlineData("-  upstream: http://ledger:8080\n+  upstream: http://ledger:8081", FailureMode.Address)]
    [InlineData("+  time.Sleep(2 * time.Second)", FailureMode.Slow)]
    [InlineData("+  mu.Lock()", FailureMode.Contention)]
    [InlineData("-  audience: internal\n+  audience: partners", FailureMode.Access)]
    [InlineData("+DROP INDEX invoices_by_customer;", FailureMode.Database)]
    public void A_diff_shows_what_it_can_break(string diff, FailureMode mode)
    {
        var found = Mechanisms.Of(Lab(diff));
        Assert.True(found.Any(m => m.Mode == mode && m.Strength >= 0.5), string.Join(", ", found.Select(m => $"{m.Mode} {m.Strength:0.00}")));
        Assert.All(found, m => Assert.Contains(m.Quote, diff, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-a:  1\n+a: 1\n-b: 2\n+b:   2", "spaces")]
    [InlineData("-alpha()\n-beta()\n+beta()\n+alpha()", "order")]
    [InlineData("-// pool of 5\n+// pool of 50", "comments")]
    public void A_change_of_nothing_breaks_nothing(string diff, string why) => Assert.True(Mechanisms.Of(Lab(diff)).Count == 0, why);

    [Theory]
    [InlineData("docs/pool.md")]
    [InlineData("pkg/pool/pool_test.go")]
    [InlineData("web/static/site.css")]
    [InlineData(".github/workflows/build.yml")]
    public void What_does_not_run_breaks_nothing(string file)
    {
        var change = Lab("-max_pool_size: 40\n+max_pool_size: 4") with { Files = [file] };
        Assert.True(Mechanisms.IsInert(change));
        Assert.Empty(Mechanisms.Of(change));
    }

    [Fact]
    public void A_patch_of_a_library_is_weaker_than_a_new_major_version()
    {
        double Strength(string diff) => Mechanisms.Of(Lab(diff) with { Files = ["go.mod"] }).Where(m => m.Mode == FailureMode.Dependency).Max(m => m.Strength);
        Assert.True(Strength("-example.org/driver v2.4.1\n+example.org/driver v3.0.0") > 2 * Strength("-example.org/driver v2.4.1\n+example.org/driver v2.4.2"));
    }

    [Fact]
    public void Units_are_read()
    {
        var number = Assert.Single(new DiffReading("-wait: 2m\n+wait: 90s").Numbers);
        Assert.Equal((120, 90, true), (number.Old, number.New, number.Fell));
    }

    private static Change Lab(string diff) => new("c1", DateTimeOffset.UnixEpoch, "change", ["src/main.go"], diff);
}

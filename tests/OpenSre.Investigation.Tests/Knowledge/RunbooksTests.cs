using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

/// <summary>Which runbooks fit an alert, and why.</summary>
public sealed class RunbooksTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string _root = Directory.CreateTempSubdirectory("opensre-runbooks-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_runbook_fits_by_what_it_says_it_is_for()
    {
        Write("kafka.md", "---\nalerts: [KafkaLag*, 'ConsumerLag']\n---\n# Lag\n");
        Write("team/payments.md", "---\ntitle: Payments\nlabels:\n  team: payments\n  env: prod*\n---\ntext");
        Write("full.md", "---\nfaults:\n  - disk.*\n---\n# When it is full\n");
        Write("DiskFull.md", "# What to do\n");
        var books = Runbooks.Load([_root]);
        Assert.Equal(4, books.All.Count);
        Assert.Equal(["kafka.md"], Fitting(books, Alert("KafkaLagHigh")));
        Assert.Equal(["payments.md"], Fitting(books, Alert("X", ("team", "payments"), ("env", "production"))));
        Assert.Empty(Fitting(books, Alert("X", ("team", "payments"), ("env", "test"))));
        Assert.Equal(["DiskFull.md", "full.md"], Fitting(books, Alert("disk-full"), "disk.space_exhausted"));
        Assert.Equal(["kafka.md"], Fitting(books, Alert("X", ("runbook_url", "https://wiki.example/ops/kafka.html?x=1"))));
    }

    [Fact]
    public void Without_that_it_fits_by_the_words_of_its_title_and_headings()
    {
        Write("pg.md", "# PostgreSQL replication\n## Standby falls behind\nVacuum, kafka, disks: all mentioned here.\n");
        Write("pg2.md", "# PostgreSQL vacuum\n");
        Write("web.md", "# Web server\n```\n# replication standby\n```\n");
        var books = Runbooks.Load([_root]);
        var match = Assert.Single(books.For(Incidents.From([Alert("PostgresqlStandby") with { Summary = "replication standby behind" }], Now), ""));
        Assert.Equal("pg.md", Path.GetFileName(match.Runbook.Path));
        Assert.Contains("standby", match.Why, StringComparison.Ordinal);
        Assert.Empty(books.For(Incidents.From([Alert("CertificateExpires")], Now), ""));
    }

    [Fact]
    public void Folders_that_are_not_there_have_no_runbooks() => Assert.Empty(Runbooks.Load([Path.Combine(_root, "none")]).All);

    private static IEnumerable<string> Fitting(Runbooks books, Alert alert, string fault = "") => books.For(Incidents.From([alert], Now), fault).Select(m => Path.GetFileName(m.Runbook.Path));

    private static Alert Alert(string name, params (string Name, string Value)[] labels) => new() { Name = name, Labels = labels.ToDictionary(l => l.Name, l => l.Value) };

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
        File.WriteAllText(Path.Combine(_root, path), text);
    }
}

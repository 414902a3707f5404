using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class JournalTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"journal-{Guid.NewGuid():N}", "j.jsonl");

    [Fact]
    public async Task Lines_that_come_together_share_a_sync()
    {
        await using var journal = new Journal(_path);
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => journal.AppendAsync(System.Text.Encoding.UTF8.GetBytes($"line {i}"), TestContext.Current.CancellationToken)));
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"line {i}").Order(), Journal.Read(_path).Order());
        Assert.True(journal.Syncs < 1000, $"{journal.Syncs} syncs for 2000 lines");
    }

    [Fact]
    public async Task What_a_crash_tore_off_is_cut_and_the_next_line_is_whole()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        await File.WriteAllTextAsync(_path, "one\ntwo\nthr", TestContext.Current.CancellationToken);
        await using (var journal = new Journal(_path))
        {
            await journal.AppendAsync("three"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(["one", "two", "three"], Journal.Read(_path));
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);
}

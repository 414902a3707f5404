using System.Text;

namespace OpenSre.Sentry.Tests;

/// <summary>Files written while somebody else writes them too.</summary>
public sealed class FileChangesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("opensre-changes-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task What_somebody_else_puts_there_meanwhile_is_never_lost()
    {
        var refused = 0;
        for (var round = 0; round < 300; round++)
        {
            var names = Enumerable.Range(0, 12).Select(n => $"part{n % 3}/file{n}").ToList();
            foreach (var name in names)
            {
                Directory.CreateDirectory(Path.Combine(_root, Path.GetDirectoryName(name)!));
                await File.WriteAllTextAsync(Path.Combine(_root, name), "before", TestContext.Current.CancellationToken);
            }

            var theirs = Path.Combine(_root, names[round % names.Count]);
            await File.WriteAllTextAsync(theirs + ".new", "theirs", TestContext.Current.CancellationToken);
            var begin = 0;
            var other = Task.Run(() =>
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref begin) == 1);
                Thread.SpinWait(round * 40);
                File.Move(theirs + ".new", theirs, overwrite: true);
            }, TestContext.Current.CancellationToken);
            Volatile.Write(ref begin, 1);
            var isRefused = false;
            try
            {
                FileChanges.Write(_root, [.. names.Select(n => new FileChange(n, Bytes("before"), Bytes("after")))]);
            }
            catch (FixException)
            {
                isRefused = true;
                refused++;
            }

            await other;
            Assert.Equal("theirs", await File.ReadAllTextAsync(theirs, TestContext.Current.CancellationToken));
            foreach (var name in names.Where(n => Path.Combine(_root, n) != theirs))
            {
                Assert.Equal(isRefused ? "before" : "after", await File.ReadAllTextAsync(Path.Combine(_root, name), TestContext.Current.CancellationToken));
            }

            Assert.Equal(names.Count, Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Count());
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{refused} of 300 refused");
    }

    [Fact]
    public void Rights_stay_and_a_link_that_took_the_place_of_a_file_is_left_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("It has no such rights.");
            return;
        }

        var full = Path.Combine(_root, "run");
        File.WriteAllText(full, "before");
        File.SetUnixFileMode(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        FileChanges.Write(_root, [new FileChange("run", Bytes("before"), Bytes("after"))]);
        Assert.Equal("after", File.ReadAllText(full));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(full));

        File.Move(full, full + ".real");
        File.CreateSymbolicLink(full, full + ".real");
        Assert.Throws<FixException>(() => FileChanges.Write(_root, [new FileChange("run", Bytes("after"), Bytes("more"))]));
        Assert.Equal("after", File.ReadAllText(full + ".real"));
        Assert.Equal(full + ".real", new FileInfo(full).LinkTarget);
    }

    [Fact]
    public void Two_files_change_places_or_nothing_happens()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux can.");
        var (one, other) = (Path.Combine(_root, "one"), Path.Combine(_root, "other"));
        File.WriteAllText(one, "1");
        Assert.False(FileSwap.Try(one, other));
        Assert.Equal("1", File.ReadAllText(one));
        File.WriteAllText(other, "2");
        if (FileSwap.Try(one, other))
        {
            Assert.Equal(("2", "1"), (File.ReadAllText(one), File.ReadAllText(other)));
        }
    }
}

using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class InputHistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-history-").FullName;

    private string File => Path.Combine(_folder, "home", "history");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_typed_comes_back_in_the_next_session_without_secrets_and_for_its_owner_alone()
    {
        var first = new InputHistory(File);
        first.Add("disk full");
        first.Add("disk full");
        first.Add("two\nlines");
        first.Add("call it with password=hunter22");
        var next = new InputHistory(File);
        Assert.Equal(["disk full", "two\nlines", "call it with password=[redacted]"], next.Entries);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public void Up_and_down_go_through_it_and_come_back_to_the_draft()
    {
        var history = new InputHistory(null);
        history.Add("first");
        history.Add("second");
        Assert.Null(history.Recall(+1, "draft"));
        Assert.Equal("second", history.Recall(-1, "draft"));
        Assert.Equal("first", history.Recall(-1, ""));
        Assert.Null(history.Recall(-1, ""));
        Assert.Equal("second", history.Recall(+1, ""));
        Assert.Equal("draft", history.Recall(+1, ""));
    }

    [Fact]
    public void Searching_finds_the_newest_first_and_then_older_ones()
    {
        var history = new InputHistory(null);
        foreach (var entry in new[] { "disk full on a", "cpu high", "disk full on b" })
        {
            history.Add(entry);
        }

        var search = new HistorySearch(history, "draft");
        search.Type("DISK");
        Assert.Equal("disk full on b", search.Found);
        search.Older();
        search.Older();
        Assert.Equal("disk full on a", search.Found);
        search.Type("x");
        Assert.Null(search.Found);
        search.Shorten();
        Assert.Equal("disk full on b", search.Found);
    }

    [Fact]
    public void Half_a_line_of_a_killed_process_and_sequences_in_the_file_do_no_harm()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, "\"good\"\n\"\\u001b]0;x\\u0007shown\"\n\"half");
        Assert.Equal(["good", "shown"], new InputHistory(File).Entries);
    }
}

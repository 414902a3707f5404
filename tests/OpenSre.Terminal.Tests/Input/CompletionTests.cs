using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class CompletionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-completion-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Commands_files_and_names_are_offered_where_they_can_be_meant()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "alerts"));
        File.WriteAllText(Path.Combine(_folder, "alerts", "disk.json"), "{}");
        var completer = new Completer(() => CommandRegistry.Default.Shown.Select(i => new Candidate(i.Name, i.Summary)), () => [new("web-1", "host"), new("web-2", "host"), new("db", "container")], _folder);
        Assert.Equal(["/investigate "], Texts("/in"));
        Assert.Empty(Texts("/srv/data"));
        Assert.Equal(["@alerts/"], Texts("look at @al"));
        Assert.Equal(["@alerts/disk.json "], Texts("look at @alerts/"));
        Assert.Empty(Texts("alerts/d"));
        Assert.Equal(["alerts/disk.json "], Texts("alerts/d", asked: true));
        Assert.Empty(Texts("look at web"));
        Assert.Equal(["web-1", "web-2"], Texts("look at web", asked: true));

        IEnumerable<string> Texts(string text, bool asked = false) => completer.For(text, text.Length, asked).Candidates.Select(c => c.Text);
    }

    [Fact]
    public void A_name_with_spaces_is_offered_in_quotation_marks_and_one_that_cannot_be_typed_is_not()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "old alerts"));
        foreach (var name in new[] { "disk full.json", "disk.json", "old alerts/磁盘 😀.json", "disk\u001b[2J.json", "disk\".json" })
        {
            File.WriteAllText(Path.Combine(_folder, name), "{}");
        }

        var completer = new Completer(() => [], () => [], _folder);
        Assert.Equal(["@\"disk full.json\" ", "@disk.json "], Texts("look at @disk"));
        Assert.Equal(["@\"disk full.json\" "], Texts("look at @\"disk f"));
        Assert.Equal(["@\"old alerts/"], Texts("@old"));
        Assert.Equal(["@\"old alerts/磁盘 😀.json\" "], Texts("@\"old alerts/"));
        Assert.Empty(Texts("@\"disk full.json\" and"));
        Assert.Equal(8, completer.For("look at @\"disk f", 16, asked: false).From);

        IEnumerable<string> Texts(string text) => completer.For(text, text.Length, asked: false).Candidates.Select(c => c.Text);
    }

    [Fact]
    public void The_popup_shows_six_rows_around_the_chosen_one()
    {
        var popup = new CompletionPopup(new Completions(0, [.. Enumerable.Range(1, 20).Select(i => new Candidate($"host-{i}", "host"))]));
        Assert.Equal(6, popup.Rows(80, 10).Count());
        Assert.Contains("14 more", popup.Rows(80, 10).Last().PlainText(), StringComparison.Ordinal);
        popup.Move(-1);
        Assert.Equal("host-20", popup.Chosen.Text);
        Assert.Contains("▸ host-20", popup.Rows(80, 10).Last().PlainText(), StringComparison.Ordinal);
    }
}

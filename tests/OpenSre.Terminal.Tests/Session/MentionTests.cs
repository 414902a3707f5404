using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>Files that are meant by <c>@</c>.</summary>
public sealed class MentionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-mention-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("disk.json", "@{0}", "content")]
    [InlineData("disk full.json", "@\"{0}\"", "content")]
    [InlineData("disk full.json", "why is @\"{0}\" so?", "why is @\"{0}\" so?\ncontent")]
    [InlineData("disk.json", "why is @{0}, so?", "why is @{0}, so?\ncontent")]
    [InlineData("disk (1).json", "(see @\"{0}\")", "(see @\"{0}\")\ncontent")]
    [InlineData("磁盘.json", "see @{0} and @{0}", "see @{0} and @{0}\ncontent")]
    [InlineData("disk.json", "ask ada@{0} about it", "ask ada@{0} about it")]
    public void What_stands_in_a_file_follows_the_words_that_name_it(string name, string words, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, "content");
        Assert.Equal(string.Format(null, text, path), Router.Subject(string.Format(null, words, path)).Text);
    }

    [Theory]
    [InlineData("@no-such-file-anywhere")]
    [InlineData("@\"no such file\"")]
    public void A_file_that_is_not_there_is_said_and_not_looked_into(string text)
    {
        var route = Router.Subject(text);
        Assert.Equal(RouteKind.Refused, route.Kind);
        Assert.StartsWith("There is no file no", route.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_home_folder_may_be_written_as_a_tilde()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Assert.Equal(Path.Combine(home, "x/y"), InputText.Whole("~/x/y"));
        Assert.Equal("/x/~/y", InputText.Whole("/x/~/y"));
    }
}

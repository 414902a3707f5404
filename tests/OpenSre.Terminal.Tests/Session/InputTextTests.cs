using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class InputTextTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-input-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_read_and_words_are_left_as_they_are()
    {
        var file = Path.Combine(_folder, "alert.json");
        File.WriteAllText(file, "{}");
        Assert.Equal(new InputText("{}"), InputText.Of(file));
        Assert.Equal(new InputText("{}"), InputText.Of($" {file}\n"));
        Assert.Equal(new InputText("disk full on web-1"), InputText.Of("disk full on web-1"));
        Assert.Equal(new InputText("/srv is full"), InputText.Of("/srv is full"));
        Assert.Equal(new InputText("{\"a\":\"b.json\"}"), InputText.Of("{\"a\":\"b.json\"}"));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_one_sentence()
    {
        Assert.Equal("There is no file no-such.json.", InputText.Of("no-such.json").Error);
        Assert.EndsWith("is a folder; name the file with the alert in it.", InputText.Of(_folder).Error, StringComparison.Ordinal);
    }
}

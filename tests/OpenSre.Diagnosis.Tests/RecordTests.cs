using OpenSre.Core;
using Record = OpenSre.Diagnostics.Record;

namespace OpenSre.Tests.Diagnosis;

public sealed class RecordTests
{
    private static Record Read(string line) => Assert.Single(Record.ReadAll(new StoredOutput("o1", "t", new Dictionary<string, string>(), ToolStatus.Ok, line, "", default, default)));

    [Fact]
    public void Fields_are_read_by_name_wherever_they_stand()
    {
        var record = Read("process pid=12 name=api cmd=/opt/api --port=8080 --name=other");
        Assert.Equal("process", record.Kind);
        Assert.Equal(12, record.Number("pid"));
        Assert.Equal("api", record["name"]);
        Assert.Equal("/opt/api --port=8080 --name=other", record["cmd"]);
    }

    [Theory]
    [InlineData("service name=- pid=0", "name")]
    [InlineData("service pid=0", "name")]
    [InlineData("service name", "name")]
    public void A_missing_value_is_empty(string line, string key) => Assert.Equal("", Read(line)[key]);

    [Fact]
    public void Text_from_a_log_cannot_forge_a_field() =>
        Assert.Equal("", Read("log text=pid=1 oom_kills=7")["oom_kills"]);

    [Fact]
    public void A_path_ends_at_the_next_field() =>
        Assert.Equal("/etc/a.conf", Read("referenced path=/etc/a.conf kind=file mode=644")["path"]);
}

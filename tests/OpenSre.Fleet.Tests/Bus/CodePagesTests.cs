using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

/// <summary>Memory of program code that is given back.</summary>
public sealed class CodePagesTests
{
    [Fact]
    public void Code_that_was_given_back_runs_as_before()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says what is mapped.");
        for (var round = 0; round < 3; round++)
        {
            Assert.True(CodePages.GiveBack() > 1 << 20);
            Assert.Equal("[1,2,3]", System.Text.Json.JsonSerializer.Serialize(Enumerable.Range(1, 3).ToArray()));
            Assert.Matches("^a+$", new string('a', 100 + round));
        }
    }
}

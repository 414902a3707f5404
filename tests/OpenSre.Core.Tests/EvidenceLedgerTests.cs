using OpenSre.Core;

namespace OpenSre.Tests.Core;

public sealed class EvidenceLedgerTests
{
    private static readonly Dictionary<string, string> NoArguments = [];

    [Fact]
    public void A_quote_that_stands_in_its_output_is_kept()
    {
        var ledger = WithOutput("MemAvailable: 12 kB", out var output);
        var fresh = ledger.Replace([Fact(output.Id, "MemAvailable: 12 kB")]);
        Assert.Equal("e1", Assert.Single(fresh).Id);
    }

    [Theory]
    [InlineData("MemAvailable: 13 kB")]
    [InlineData("")]
    public void A_quote_that_does_not_is_refused(string quote)
    {
        var ledger = WithOutput("MemAvailable: 12 kB", out var output);
        Assert.Throws<ArgumentException>(() => ledger.Replace([Fact(output.Id, quote)]));
    }

    [Fact]
    public void A_fact_keeps_its_id_when_the_checks_run_again()
    {
        var ledger = WithOutput("one two three", out var output);
        ledger.Replace([Fact(output.Id, "one")]);
        var second = ledger.Replace([Fact(output.Id, "two"), Fact(output.Id, "one"), Fact(output.Id, "one")]);
        Assert.Equal("two", Assert.Single(second).Quote);
        Assert.Equal(["e2", "e1"], ledger.Evidence.Select(e => e.Id));
    }

    private static EvidenceLedger WithOutput(string text, out StoredOutput output)
    {
        var ledger = new EvidenceLedger();
        output = ledger.Store(new StoredOutput("", "host.memory", NoArguments, ToolStatus.Ok, text, "", DateTimeOffset.UnixEpoch, TimeSpan.Zero));
        return ledger;
    }

    private static Evidence Fact(string output, string quote) => new()
    {
        Id = "",
        Check = "test",
        Tool = "host.memory",
        Arguments = NoArguments,
        OutputId = output,
        Entity = new Entity(EntityKind.Host, "h"),
        Family = "memory",
        Claim = "a claim",
        Quote = quote,
    };
}

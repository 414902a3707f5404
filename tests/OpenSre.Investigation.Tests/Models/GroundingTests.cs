using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class GroundingTests
{
    private static CheckedClaim Check(string text) => Assert.Single(Grounding.Claims(text, SampleCase.Ledger(), SampleCase.Incident));

    [Theory]
    [InlineData("The filesystem /srv is 100 % full [e1].")]
    [InlineData("- Its logs take 9.1 GB in /srv/logs. [e2]")]
    [InlineData("The upgrade of rotator to 1.3 came before [e3], as `upgrade rotator:amd64 1.2 1.3` says.")]
    [InlineData("The filesystem listing shows /srv without space [o1].")]
    public void A_claim_that_stands_in_what_it_cites_is_validated(string text) => Assert.Equal("", Check(text).Why);

    [Theory]
    [InlineData("The filesystem /srv is full.", "cites no evidence")]
    [InlineData("The filesystem /srv is full [e99].", "no e99")]
    [InlineData("The filesystem /srv is 73 % full [e1].", "number 73")]
    [InlineData("The log says `disk on fire` about /srv [e1].", "quote")]
    [InlineData("Kafka consumers lag behind their brokers [e1].", "does not speak of this")]
    public void A_claim_that_does_not_is_said_to_be_not_validated(string text, string why)
    {
        var claim = Check(text);
        Assert.False(claim.Validated);
        Assert.Contains(why, claim.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Headings_questions_and_code_are_no_claims() =>
        Assert.Empty(Grounding.Claims("# The cause of it all\n\nWhat next?\n\n```\nrm -rf / now please\n```\nSteps to take:", SampleCase.Ledger(), SampleCase.Incident));

    [Fact]
    public void An_id_behind_the_full_stop_belongs_to_its_sentence()
    {
        var claims = Grounding.Claims("The filesystem /srv is full. [e1] Logs fill it. [e2]", SampleCase.Ledger(), SampleCase.Incident);
        Assert.Equal([["e1"], ["e2"]], claims.Select(c => c.EvidenceIds));
    }
}

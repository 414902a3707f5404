using OpenSre.Investigation;
using OpenSre.Models;

namespace OpenSre.Tests.Investigation;

/// <summary>Words that may be about a finished investigation or begin a new one.</summary>
public sealed class DoubtfulQuestionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("is there anything that would convince my boss?", true)]
    [InlineData("how is cart today", true)]
    [InlineData("pods of checkout restart", false)]
    [InlineData("why?", false)]
    [InlineData("show the evidence", false)]
    [InlineData("{\"what\": 1}", false)]
    [InlineData("", false)]
    public async Task Only_what_reads_like_a_question_and_is_not_understood_is_doubtful(string text, bool isDoubtful)
    {
        using var model = new ModelCase(_ => new ModelReply(new Say("[e1].")));
        Assert.Equal(isDoubtful, DoubtfulQuestion.Is(await model.RunAsync(cancellation: Cancellation), text));
    }

    [Theory]
    [InlineData("evidence", "show the evidence")]
    [InlineData("`Why`.\n", "why?")]
    [InlineData("new", null)]
    public async Task A_model_chooses_from_a_list_and_what_it_says_is_what_is_answered(string said, string? question)
    {
        using var model = new ModelCase(_ => new ModelReply(new Say("[e1].")));
        var file = await model.RunAsync(cancellation: Cancellation);
        using var api = new ModelApi(_ => new ModelReply(new Say(said)));
        var resolved = await DoubtfulQuestion.AskAsync(Advice(api), file, "is there anything that would convince my boss?", TimeSpan.FromMinutes(2), Cancellation);
        Assert.Equal(("scripted", question), (resolved!.Model, resolved.Question));
        var request = Assert.Single(api.Requests);
        Assert.Contains("convince my boss", request.Said[^1], StringComparison.Ordinal);
        Assert.Empty(request.Tools);
        if (question is not null)
        {
            Assert.NotNull(FollowUp.Answer(file, question));
        }
    }

    [Fact]
    public async Task Another_word_silence_and_a_model_that_cannot_be_asked_are_no_answer()
    {
        using var model = new ModelCase(_ => new ModelReply(new Say("[e1].")));
        var file = await model.RunAsync(cancellation: Cancellation);
        using var talker = new ModelApi(_ => new ModelReply(new Say("I think that restarting everything is best.")));
        Assert.Null(await DoubtfulQuestion.AskAsync(Advice(talker), file, "is it so?", TimeSpan.FromMinutes(2), Cancellation));
        using var silent = new ModelApi(_ => new ModelReply(new Silence(TimeSpan.FromMinutes(5)), new Say("new")));
        Assert.Null(await DoubtfulQuestion.AskAsync(Advice(silent), file, "is it so?", TimeSpan.FromMilliseconds(300), Cancellation));
        var none = new ModelAdvice { Name = "none", Open = () => throw new ModelException(ModelFailure.NotAllowed, "the budget is spent") };
        Assert.Null(await DoubtfulQuestion.AskAsync(none, file, "is it so?", TimeSpan.FromMinutes(2), Cancellation));
    }

    private static ModelAdvice Advice(ModelApi api)
    {
        var settings = Presets.Find("openai-compatible")! with { Name = "scripted", Model = "scripted", KeyVariable = "", BaseUrl = new Uri(api.Url, "/v1"), Price = new Price(1, 10, 0.1m, 1) };
        var catalogue = new ModelCatalogue("/nowhere", ModelConfiguration.Empty, _ => null);
        return new ModelAdvice { Name = "scripted", Open = () => catalogue.Open(settings, new Masking(), retries: new Retries(1) { SleepAsync = (_, _) => Task.CompletedTask }) };
    }
}

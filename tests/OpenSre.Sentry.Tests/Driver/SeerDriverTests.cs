using System.Text.Json.Nodes;

namespace OpenSre.Sentry.Tests;

public sealed class SeerDriverTests : IDisposable, IFixFace
{
    private readonly StandIn _sentry = new();
    private readonly List<string> _said = [];
    private readonly List<string> _notes = [];
    private readonly List<PendingInput> _asked = [];
    private Func<PendingInput, InputAnswer?> _answer = _ => null;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _sentry.Dispose();

    void IFixFace.Progress(string line)
    {
    }

    void IFixFace.Said(string markdown) => _said.Add(markdown);

    void IFixFace.Note(string sentence) => _notes.Add(sentence);

    Task<InputAnswer?> IFixFace.AnswerAsync(PendingInput pending, SeerState state, CancellationToken cancellation)
    {
        _asked.Add(pending);
        return Task.FromResult(_answer(pending));
    }

    private static string Done => Runs.State("completed", "code_changes", 2, $"[{Runs.Patch}]");

    [Fact]
    public async Task A_run_is_made_and_driven_over_steps_that_say_completed_in_between()
    {
        _sentry.Then("null", Runs.State("processing", "root_cause"), Runs.State("completed", "root_cause"), Runs.State("completed", "root_cause"), Runs.State("processing", "solution"), Runs.State("completed", "solution"), Done);
        var result = await DriveAsync(grace: 600);
        Assert.Equal(DriveEnd.Completed, result.End);
        Assert.Equal("a.py", Assert.Single(result.State.Patches).Path);
        var post = Assert.Single(_sentry.Posts);
        Assert.Equal("/organizations/acme/issues/77/autofix/?mode=explorer", post.Path);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"step":"root_cause","stopping_point":"code_changes","referrer":"api.cli","user_context":"be brief"}"""), post.Body), post.Body.ToJsonString());
        Assert.Equal(["Said 1."], _said);
        Assert.All(_sentry.Tokens, t => Assert.Equal("Bearer secret-token", t));
    }

    [Fact]
    public async Task A_server_that_stops_between_steps_is_asked_for_the_next_one_once()
    {
        _sentry.Then("null", Runs.State("completed", "root_cause"));
        _sentry.OnPost = (_, body) =>
        {
            switch ((string?)body["step"])
            {
                case "solution":
                    _sentry.Then(Runs.State("completed", "root_cause"), Runs.State("processing", "solution"), Runs.State("completed", "solution"));
                    break;
                case "code_changes":
                    _sentry.Then(Runs.State("completed", "solution"), Done);
                    break;
            }

            return (202, """{"run_id":4242,"sentry_run_id":null}""");
        };
        Assert.Equal(DriveEnd.Completed, (await DriveAsync()).End);
        Assert.Equal(["root_cause", "solution", "code_changes"], _sentry.Posts.Select(p => (string?)p.Body["step"]));
        Assert.All(_sentry.Posts.Skip(1), p => Assert.Equal(4242, (long)p.Body["run_id"]!));
        Assert.All(_sentry.Posts.Skip(1), p => Assert.False(p.Body.ContainsKey("stopping_point")));
    }

    [Fact]
    public async Task A_finished_run_is_used_again_and_force_makes_a_new_one()
    {
        _sentry.Then(Done);
        Assert.Equal(DriveEnd.Completed, (await DriveAsync()).End);
        Assert.Empty(_sentry.Posts);

        _sentry.OnPost = (_, _) => (202, """{"run_id":9}""");
        _sentry.Then(Done, Done, Runs.State("completed", "code_changes", 2, $"[{Runs.Patch}]", run: 9));
        Assert.Equal("9", (await DriveAsync(force: true)).State.RunId);
        Assert.Single(_sentry.Posts);
    }

    [Fact]
    public async Task A_failed_run_is_followed_by_a_new_one_and_its_stale_state_is_not_taken_for_it()
    {
        _sentry.OnPost = (_, _) => (202, """{"run_id":5,"sentry_run_id":"u-5"}""");
        _sentry.Then(Runs.State("error", "root_cause"), Runs.State("error", "root_cause"), Runs.State("ERROR", "solution", run: 5, more: ""","sentry_run_id":"u-5","failure_reason":"stalled" """));
        var result = await DriveAsync();
        Assert.Equal((DriveEnd.Failed, "5"), (result.End, result.State.RunId));
        Assert.Contains("stalled", result.Reason);
    }

    [Theory]
    [InlineData("canceled")]
    [InlineData("cancelled")]
    public async Task Cancelled_ends_it(string spelling)
    {
        _sentry.Then("null", Runs.State("processing", "root_cause"), Runs.State(spelling, "root_cause"));
        Assert.Equal(DriveEnd.Failed, (await DriveAsync()).End);
    }

    [Fact]
    public async Task A_trigger_whose_answer_is_lost_is_not_sent_again()
    {
        _sentry.OnPost = (_, _) => (504, "");
        _sentry.Then("null", "null", Runs.State("processing", "root_cause"), Done);
        Assert.Equal(DriveEnd.Completed, (await DriveAsync()).End);
        Assert.Single(_sentry.Posts);
    }

    [Fact]
    public async Task Why_there_is_no_fix_is_said()
    {
        _sentry.Then("null", Runs.State("completed", "solution", artifacts: """[{"key":"solution","data":null,"reason":"The fault is in a library."}]"""));
        var result = await DriveAsync();
        Assert.Equal((DriveEnd.NoFix, "The fault is in a library."), (result.End, result.Reason));
        Assert.Single(_sentry.Posts);
    }

    [Fact]
    public async Task Code_generation_that_is_disabled_keeps_the_plan()
    {
        _sentry.Then("null", Runs.State("completed", "solution"));
        _sentry.OnPost = (_, body) => (string?)body["step"] == "code_changes" ? (403, """{"detail":"Code generation is disabled for this organization"}""") : (202, """{"run_id":4242}""");
        var result = await DriveAsync();
        Assert.Equal((DriveEnd.CodeDisabled, "solution"), (result.End, result.State.Step));
    }

    [Theory]
    [InlineData(402, "\"No budget for Seer Autofix.\"", FixFailure.NoBudget, "No budget for Seer Autofix.")]
    [InlineData(402, """{"detail":"No budget"}""", FixFailure.NoBudget, "No budget")]
    [InlineData(403, """{"detail":"AI features are disabled for this organization."}""", FixFailure.AiDisabled, "administrator")]
    [InlineData(403, """{"detail":"Feature flag not enabled"}""", FixFailure.SeerUnavailable, "Explorer mode is not available")]
    [InlineData(403, """{"detail":"Seer has not been enabled for this organization."}""", FixFailure.SeerUnavailable, "web UI")]
    [InlineData(403, """{"detail":"You do not have permission."}""", FixFailure.TokenRefused, "You do not have permission.")]
    [InlineData(404, "", FixFailure.NotFound, "no such issue")]
    [InlineData(400, """{"step":["unknown"]}""", FixFailure.ApiError, "unknown")]
    [InlineData(429, "", FixFailure.ApiError, "wait a minute")]
    [InlineData(500, """{"detail":"Internal Error"}""", FixFailure.SeerUnavailable, "sentry.io only")]
    [InlineData(401, "", FixFailure.TokenRefused, "401")]
    [InlineData(302, "http://127.0.0.1:1/", FixFailure.ApiError, "not followed")]
    public async Task Refusals_have_their_words(int code, string body, FixFailure failure, string words)
    {
        _sentry.Then("null");
        _sentry.OnPost = (_, _) => (code, body);
        var e = await Assert.ThrowsAsync<FixException>(() => DriveAsync());
        Assert.Equal(failure, e.Failure);
        Assert.Contains(words, e.Message);
    }

    [Theory]
    [InlineData("""{"run_id":1,"status":"COMPLETED","steps":[]}""")]
    [InlineData("""{"run_id":1,"status":"PROCESSING"}""")]
    public async Task The_form_from_before_explorer_mode_is_recognised(string run)
    {
        _sentry.Then(run);
        Assert.Equal(FixFailure.SeerUnavailable, (await Assert.ThrowsAsync<FixException>(() => DriveAsync())).Failure);
        Assert.Empty(_sentry.Posts);
    }

    [Fact]
    public async Task A_question_is_answered_once_even_if_stale_states_still_show_it()
    {
        var pending = Runs.Pending("in-1", "ask_user_question", """{"questions":[{"question":"Zero?","options":[{"label":"Yes"}]}]}""");
        _sentry.Then(pending, pending, pending, Runs.State("processing", "code_changes"), Runs.Pending("in-2", "file_change_approval", "{}"), Done);
        _answer = p => new InputAnswer(p.Id == "in-1" ? new JsonObject { ["answers"] = new JsonArray("Yes") } : new JsonObject { ["decisions"] = new JsonArray(true) }, null);
        Assert.Equal(DriveEnd.Completed, (await DriveAsync()).End);
        Assert.Equal(["in-1", "in-2"], _asked.Select(a => a.Id));
        Assert.Equal("""{"payload":{"type":"user_input_response","input_id":"in-1","response_data":{"answers":["Yes"]}}}""", _sentry.Posts[0].Body.ToJsonString());
        Assert.Equal("/organizations/acme/seer/explorer-update/4242/", _sentry.Posts[0].Path);
    }

    [Fact]
    public async Task A_question_whose_answer_is_refused_is_asked_again_and_words_go_to_the_chat()
    {
        var posts = 0;
        _sentry.OnPost = (_, _) => ++posts == 1 ? (400, """{"error":"bad"}""") : (200, """{"run_id":4242}""");
        _sentry.Then(Runs.Pending("in-1", "something_new", "{}"), Done);
        _answer = _ => new InputAnswer(null, "go on");
        Assert.Equal(DriveEnd.Completed, (await DriveAsync()).End);
        Assert.Equal(2, _asked.Count);
        Assert.Equal("/organizations/acme/seer/explorer-chat/4242/", _sentry.Posts[1].Path);
    }

    [Fact]
    public async Task With_nobody_to_answer_it_ends_with_the_question()
    {
        _sentry.Then(Runs.Pending("in-1", "agent_write_approval", "{}"));
        var result = await DriveAsync();
        Assert.Equal((DriveEnd.Awaiting, "in-1"), (result.End, result.State.Pending!.Id));
        Assert.Empty(_sentry.Posts);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_left_to_itself()
    {
        _sentry.Then("null", Runs.State("processing", "root_cause"));
        var result = await DriveAsync(timeout: 0.1);
        Assert.Equal(DriveEnd.TimedOut, result.End);
        Assert.Contains("run it again", result.Reason);
    }

    [Fact]
    public void Patches_of_all_blocks_are_folded_and_what_was_put_back_is_left_out()
    {
        static string Of(string path, int added, string diff) => $$$"""{"repo_name":"r/r","diff":"{{{diff}}}","patch":{"path":"{{{path}}}","type":"M","added":{{{added}}},"removed":0}}""";
        using var run = System.Text.Json.JsonDocument.Parse($$"""{"blocks":[{"merged_file_patches":[{{Of("a", 1, "one")}},{{Of("b", 1, "b")}},{{Of("c", 1, "c")}}]},{"merged_file_patches":[{{Of("a", 2, "two")}},{{Of("c", 0, "")}}]},{"merged_file_patches":null}]}""");
        Assert.Equal(["two", "b"], new SeerState(run.RootElement.Clone()).Patches.Select(p => p.Diff));
    }

    [Fact]
    public async Task Pull_requests_are_opened_the_old_way_where_the_new_one_is_not_known()
    {
        static string Pr(string status) => Runs.State("completed", "code_changes", 2, $"[{Runs.Patch}]", more: $$$""","repo_pr_states":{"acme/shop":{"repo_name":"acme/shop","pr_creation_status":"{{{status}}}","pr_url":"https://github.com/acme/shop/pull/57","pr_number":57}}""");
        _sentry.Then(Done);
        using var client = new SentryClient(_sentry.Host, TimeProvider.System);
        var driver = Driver(client);
        var state = (await driver.RunAsync(Cancellation)).State;
        _sentry.OnPost = (path, _) => path.Contains("autofix", StringComparison.Ordinal) ? (400, """{"step":["\"open_pr\" is not a valid choice."]}""") : (202, """{"run_id":4242}""");
        _sentry.Then(Pr("creating"), Pr("completed"));
        var after = await driver.OpenPullRequestsAsync(state, TimeSpan.FromSeconds(20), Cancellation);
        Assert.Equal(("completed", 57), (after.PullRequests[0].Status, after.PullRequests[0].Number));
        Assert.Equal("""{"payload":{"type":"create_pr","repo_name":"acme/shop"}}""", _sentry.Posts[^1].Body.ToJsonString());
    }

    private async Task<DriveResult> DriveAsync(bool force = false, double timeout = 20, double grace = 0.06)
    {
        using var client = new SentryClient(_sentry.Host, TimeProvider.System);
        return await Driver(client, force, timeout, grace).RunAsync(Cancellation);
    }

    private SeerDriver Driver(SentryClient client, bool force = false, double timeout = 20, double grace = 0.06) => new(
        client,
        new SentryIssue("acme", "shop", "77", "SHOP-1", "ZeroDivisionError", "https://acme.sentry.io/issues/77/", default),
        new DriveOptions("code_changes", force, "be brief", TimeSpan.FromSeconds(timeout)) { Poll = TimeSpan.FromMilliseconds(5), Grace = TimeSpan.FromSeconds(grace), Appear = TimeSpan.FromMilliseconds(400) },
        this,
        TimeProvider.System);
}

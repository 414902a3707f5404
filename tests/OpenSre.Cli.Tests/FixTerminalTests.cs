using System.Text.Json.Nodes;
using OpenSre.Sentry.Tests;

namespace OpenSre.Tests.Cli;

/// <summary><c>opensre fix</c> as a person sees it: the real program in a terminal, a stand-in for Sentry, a real repository.</summary>
public sealed class FixTerminalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Opensre _opensre = new();
    private readonly StandIn _sentry = new();
    private readonly Repository _repository = new();
    private PseudoTerminal? _terminal;

    public FixTerminalTests()
    {
        Assert.SkipUnless(PseudoTerminal.IsSupported, "Pseudo-terminals are opened the way Linux does it.");
        _sentry.OnGet = path => path == "/organizations/acme/shortids/SHOP-1/"
            ? (200, """{"group":{"id":"77","shortId":"SHOP-1","title":"ZeroDivisionError","culprit":"cart.total","project":{"slug":"shop"}}}""")
            : null;
        _repository.Write("a.py", "x\n");
        _repository.Commit();
        _repository.Git("remote", "add", "origin", "git@github.com:acme/shop.git");
    }

    public void Dispose()
    {
        _terminal?.Dispose();
        _opensre.Dispose();
        _sentry.Dispose();
        _repository.Dispose();
    }

    [Fact]
    public void A_run_with_a_question_a_patch_and_a_pull_request()
    {
        var pr = Runs.State("completed", "code_changes", 2, $"[{Runs.Patch}]", more: ""","repo_pr_states":{"acme/shop":{"repo_name":"acme/shop","pr_creation_status":"completed","pr_url":"https://github.com/acme/shop/pull/57","pr_number":57}}""");
        _sentry.Then("null", Runs.State("processing", "root_cause"), Runs.Pending("in-1", "ask_user_question", """{"questions":[{"question":"What is an empty cart?","options":[{"label":"Zero","description":"the total is 0"},{"label":"An error"}]}]}"""));
        _sentry.OnPost = (path, body) =>
        {
            switch ((string?)body["step"] ?? (string?)body["payload"]?["type"])
            {
                case "user_input_response":
                    _sentry.Then(Runs.State("processing", "code_changes"), Runs.State("completed", "code_changes", 2, $"[{Runs.Patch}]", """[{"key":"root_cause","data":{"one_line_description":"An empty cart divides by zero."}}]"""));
                    break;
                case "open_pr":
                    _sentry.Then(pr);
                    break;
            }

            return (202, """{"run_id":4242}""");
        };
        Start();
        See("Starting a new run of Seer");
        See("Seer asks: What is an empty cart?");
        See("1. Zero");
        See("A number, or other words:");
        Type("1\r");
        See("Root cause: An empty cart divides by zero.");
        See("+y");
        See("a.py fits");
        See("[a]pply here, open a [p]ull request, [b]oth or [n]either?");
        Assert.Equal("x\n", _repository.Read("a.py"));
        Type("b\r");
        See("Pull request for acme/shop: https://github.com/acme/shop/pull/57");
        Assert.Equal(0, _terminal!.WaitForExit(Patience));
        Assert.Equal("y\n", _repository.Read("a.py"));
        Assert.Equal("", _repository.Git("diff", "--cached", "--name-only"));
        Assert.Equal("Zero", (string?)_sentry.Posts.Single(p => p.Path.Contains("explorer-update", StringComparison.Ordinal)).Body["payload"]!["response_data"]!["answers"]![0]);
    }

    [Fact]
    public void Ctrl_C_offers_to_stop_Seer_and_keeps_the_run()
    {
        _sentry.Then(Runs.State("processing", "root_cause"));
        Start();
        See("Attaching to the run there is");
        Type("\u0003");
        See("Stop it as well?");
        Type("y\r");
        See("the run stays, and the same command goes on with it");
        Assert.Equal(130, _terminal!.WaitForExit(Patience));
        Assert.Equal("""{"payload":{"type":"interrupt"}}""", Assert.Single(_sentry.Posts).Body.ToJsonString());

        // The same command attaches again; whoever answers no, or with Ctrl+C again, leaves the run to itself.
        foreach (var answer in (string[])["\r", "\u0003"])
        {
            _terminal.Dispose();
            Start();
            See("Attaching to the run there is");
            Type("\u0003");
            See("Stop it as well?");
            Type(answer);
            See("goes on in the background");
            Assert.Equal(130, _terminal!.WaitForExit(Patience));
        }

        Assert.Single(_sentry.Posts);
    }

    [Theory]
    [InlineData(403, """{"detail":"Feature flag not enabled"}""", "Explorer mode is not available")]
    [InlineData(404, "", "this server has no Seer")]
    public void Where_Seer_is_not_the_person_is_asked_whether_to_look_here(int code, string body, string said)
    {
        _sentry.ThenCode(code, body);
        _sentry.OnGet = path => path switch
        {
            "/organizations/acme/shortids/SHOP-1/" => (200, """{"group":{"id":"77","shortId":"SHOP-1","title":"ZeroDivisionError","culprit":"cart.total","project":{"slug":"shop"}}}"""),
            "/organizations/acme/issues/77/events/latest/" => (200, """{"eventID":"e1","message":"division by zero","platform":"python","entries":[{"type":"exception","data":{"values":[{"type":"ZeroDivisionError","value":"division by zero","stacktrace":{"frames":[{"filename":"./a.py","lineNo":1,"inApp":true,"function":"total"}]}}]}}]}"""),
            _ => null,
        };
        Start();
        See(said);
        See("Investigate it here, without Seer? [Y/n]");
        Type("\r");
        See("a.py:1  x");
        See("last changed by");
        See("No patch: without Seer and without a model");
        Assert.Equal(62, _terminal!.WaitForExit(Patience));
    }

    [Fact]
    public void A_token_that_is_typed_is_not_shown()
    {
        _sentry.OnGet = path => path == "/organizations/" ? (200, """[{"slug":"acme"}]""") : null;
        Start("login");
        See("it is not shown");
        Type("typed-tokxn\u007f\u007fen\r");
        See("It sees acme.");
        Assert.Equal(0, _terminal!.WaitForExit(Patience));
        Assert.DoesNotContain("typed", string.Join('\n', _terminal.Look(s => s.All())));
        Assert.Equal("typed-token", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(_opensre.Home, "home", "sentry-logins.json")))!["logins"]![0]!["token"]);
    }

    private void Start(string issue = "acme/SHOP-1")
    {
        var environment = _opensre.OnTerminal(("SENTRY_AUTH_TOKEN", _sentry.Host.Token), ("SENTRY_URL", _sentry.Host.Address.ToString()));
        _terminal = PseudoTerminal.Start(["sh", "-c", $"cd '{_repository.Root}' && exec \"$0\" \"$@\"", Path.Combine(AppContext.BaseDirectory, "opensre"), "fix", issue], environment, 120, 40);
    }

    private void Type(string keys) => _terminal!.Type(keys);

    private void See(string text) => Assert.True(_terminal!.See(text, Patience), $"Waited in vain for: {text}\n{string.Join('\n', _terminal.Look(s => s.All()))}");
}

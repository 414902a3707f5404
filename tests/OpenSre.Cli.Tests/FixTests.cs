using System.Text.Json.Nodes;
using OpenSre.Sentry.Tests;

namespace OpenSre.Tests.Cli;

public sealed class FixTests : IDisposable
{
    private readonly Opensre _opensre = new();
    private readonly StandIn _sentry = new();
    private readonly Repository _repository = new();

    public FixTests()
    {
        _opensre.Variables["SENTRY_AUTH_TOKEN"] = _sentry.Host.Token;
        _opensre.Variables["SENTRY_URL"] = _sentry.Host.Address.ToString();
        _sentry.OnGet = path => path switch
        {
            "/organizations/acme/shortids/SHOP-1/" => (200, """{"group":{"id":"77","shortId":"SHOP-1","title":"ZeroDivisionError \u001b[31m","culprit":"cart.total","project":{"slug":"shop"}}}"""),
            "/organizations/acme/issues/77/events/latest/" => (200, """{"eventID":"e1","message":"division by zero","platform":"python","entries":[{"type":"exception","data":{"values":[{"type":"ZeroDivisionError","value":"division by zero","stacktrace":{"frames":[{"filename":"lib/x.py","lineNo":1,"inApp":false},{"filename":"./a.py","lineNo":1,"inApp":true,"function":"total"}]}}]}}]}"""),
            _ => null,
        };
        _repository.Write("a.py", "x\n");
        _repository.Commit();
    }

    public void Dispose()
    {
        _opensre.Dispose();
        _sentry.Dispose();
        _repository.Dispose();
    }

    [Fact]
    public async Task A_finished_run_is_applied_told_as_one_object_and_taken_back()
    {
        _sentry.Then(Runs.State("completed", "code_changes", 2, $"[{Runs.Patch}]"));
        _repository.Git("remote", "add", "origin", "git@github.com:acme/shop.git");
        var ended = await _opensre.RunAsync("", "fix", "acme/SHOP-1", "--json", "--apply", "--dir", _repository.Root);
        Assert.True(ended.Code == 0, ended.Errors);
        var report = JsonNode.Parse(ended.Output)!;
        Assert.Equal(("completed", "a.py"), ((string?)report["status"], (string?)report["apply"]![0]!["applied"]![0]));
        Assert.Equal("y\n", _repository.Read("a.py"));
        Assert.Equal("", _repository.Git("diff", "--cached", "--name-only"));
        _repository.GitWith((string)report["patches"]![0]!["diff"]!, "apply", "-R", "--check", "-");
        Assert.DoesNotContain('\u001b', ended.Errors);
        Assert.DoesNotContain(_sentry.Host.Token, ended.Output + ended.Errors);

        Assert.Equal(0, (await _opensre.RunAsync("", "fix", "undo", "--dir", _repository.Root)).Code);
        Assert.Equal("x\n", _repository.Read("a.py"));
    }

    [Theory]
    [InlineData("completed", 63, "c\n", "does not fit")]
    [InlineData("awaiting", 61, "x\n", "pending")]
    [InlineData("error", 65, "x\n", "failed")]
    public async Task Every_end_has_its_code_and_leaves_the_file(string state, int code, string text, string what)
    {
        _repository.Write("a.py", text);
        _sentry.OnPost = (_, _) => (202, """{"run_id":4243}""");
        _sentry.Then(state switch
        {
            "completed" => Runs.State("completed", "code_changes", 2, $"[{Runs.Patch}]"),
            "awaiting" => Runs.Pending("in-1", "ask_user_question", """{"questions":[]}"""),
            _ => "null",
        });
        if (state == "error")
        {
            _sentry.Then(Runs.State("error", "root_cause", run: 4243));
        }

        var ended = await _opensre.RunAsync("", "fix", "acme/SHOP-1", "--json", "--apply", "--dir", _repository.Root);
        Assert.True(ended.Code == code, $"{what}: {ended.Code} {ended.Errors}");
        var report = JsonNode.Parse(ended.Output)!;
        Assert.Equal(state == "awaiting" ? "in-1" : null, (string?)report["pending_user_input"]?["id"]);
        Assert.Equal(text, _repository.Read("a.py"));
    }

    [Fact]
    public async Task The_token_is_not_sent_to_the_server_of_an_address_somebody_gave()
    {
        _opensre.Variables["SENTRY_URL"] = "https://sentry.io";
        var ended = await _opensre.RunAsync("", "fix", _sentry.Host.Address + "organizations/acme/issues/77/", "--json");
        Assert.Equal(13, ended.Code);
        Assert.Empty(_sentry.Tokens);
        Assert.Contains("not sent elsewhere", (string)JsonNode.Parse(ended.Output)!["error"]!);
    }

    [Theory]
    [InlineData(2, "fix")]
    [InlineData(2, "fix", "a", "b")]
    [InlineData(2, "fix", "SHOP-1", "--nonsense")]
    [InlineData(2, "fix", "SHOP-1", "--stop", "half")]
    [InlineData(22, "fix", "1A")]
    [InlineData(22, "fix", "@latest")]
    [InlineData(23, "fix", "acme/SHOP-2")]
    [InlineData(2, "fix", "login", "--url", "ftp://x")]
    [InlineData(23, "fix", "logout")]
    [InlineData(0, "fix", "--help")]
    public async Task What_cannot_be_done_says_so(int code, params string[] arguments) => Assert.Equal(code, (await _opensre.RunAsync("", arguments)).Code);

    [Fact]
    public async Task Without_Seer_the_event_is_investigated_and_its_lines_are_shown()
    {
        var ended = await _opensre.RunAsync("", "fix", "acme/SHOP-1", "--local", "--dir", _repository.Root);
        Assert.True(ended.Code == 62, ended.Errors);
        Assert.Contains("a.py:1  x", ended.Output);
        Assert.Empty(_sentry.Posts);
    }

    [Fact]
    public async Task A_stored_token_is_tried_kept_for_its_server_and_used_there_only()
    {
        _opensre.Variables.Remove("SENTRY_AUTH_TOKEN");
        var server = _sentry.Host.Address.ToString().TrimEnd('/');
        _sentry.OnGet = OnLogin(_sentry.OnGet);
        Assert.Equal(10, (await _opensre.RunAsync("", "fix", "acme/SHOP-1", "--json")).Code);
        Assert.Equal(12, (await _opensre.RunAsync("wrong\n", "fix", "login", "--url", server)).Code);
        Assert.Equal(10, (await _opensre.RunAsync("", "fix", "login", "--url", server)).Code);
        var login = await _opensre.RunAsync("typed-token\n", "fix", "login", "--url", server);
        Assert.True(login.Code == 0, login.Errors);
        Assert.Contains("It sees acme.", login.Output);
        Assert.DoesNotContain("typed-token", login.Output + login.Errors);
        var store = Path.Combine(_opensre.Home, "home", "sentry-logins.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(store));

        _sentry.Then(Runs.State("completed", "code_changes", 2, $"[{Runs.Patch}]"));
        _sentry.Tokens.Clear();
        var ended = await _opensre.RunAsync("", "fix", "acme/SHOP-1", "--json", "--dry-run", "--dir", _repository.Root);
        Assert.True(ended.Code == 0, ended.Errors);
        Assert.All(_sentry.Tokens, t => Assert.Equal("Bearer typed-token", t));

        // Another server is asked for with its address: the token stays where it is.
        using var other = new StandIn();
        Assert.Equal(13, (await _opensre.RunAsync("", "fix", other.Host.Address + "organizations/acme/issues/77/", "--json")).Code);
        _opensre.Variables["SENTRY_URL"] = other.Host.Address.ToString();
        Assert.Equal(10, (await _opensre.RunAsync("", "fix", "acme/SHOP-1", "--json")).Code);
        Assert.Empty(other.Tokens);

        Assert.Equal(0, (await _opensre.RunAsync("", "fix", "logout", "--url", server)).Code);
        _opensre.Variables["SENTRY_URL"] = server;
        Assert.Equal(10, (await _opensre.RunAsync("", "fix", "acme/SHOP-1", "--json")).Code);

        Func<string, (int, string)?> OnLogin(Func<string, (int, string)?> rest) => path =>
            path != "/organizations/" ? rest(path)
            : _sentry.Tokens[^1] == "Bearer typed-token" ? (200, """[{"slug":"acme"}]""")
            : (401, "");
    }

    [Fact]
    public async Task Without_Seer_a_model_reads_the_code_and_its_patch_goes_the_same_way()
    {
        using var model = UseModel(request =>
            !request.Tools.Contains("propose_patch") ? new ModelReply(new Say("I have nothing to add."))
            : request.Results.Count == 0 ? new ModelReply(new Call("read_file", """{"path":"a.py"}"""))
            : request.Results.Count == 1 ? new ModelReply(new Call("propose_patch", """{"diff":"--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-wrong\n+y\n","summary":"first try"}"""))
            : request.Results.Count == 2 ? new ModelReply(new Call("propose_patch", """{"diff":"--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n","summary":"x must be y"}"""))
            : new ModelReply(new Say("Done.")));
        var ended = await _opensre.RunAsync("", "fix", "acme/SHOP-1", "--local", "--json", "--apply", "--dir", _repository.Root);
        Assert.True(ended.Code == 0, $"{ended.Code} {ended.Errors}");
        var report = JsonNode.Parse(ended.Output)!;
        Assert.Equal("completed", (string?)report["status"]);
        Assert.Equal("a.py", (string?)report["apply"]![0]!["applied"]![0]);
        Assert.Equal(("a.py", 1), ((string?)report["suspect_lines"]![0]!["path"], (int)report["suspect_lines"]![0]!["line"]!));
        Assert.Contains("state", (string)report["suspect_lines"]![0]!["changed"]!);
        Assert.NotNull(report["diagnosis"]!["summary"]);
        Assert.Equal("y\n", _repository.Read("a.py"));
        Assert.Equal("", _repository.Git("diff", "--cached", "--name-only"));
        Assert.Contains(model.Requests, r => r.Results.Any(t => t.Contains("It does not fit", StringComparison.Ordinal)));
        Assert.Contains(model.Requests, r => r.Results.Any(t => t.Contains("1\tx", StringComparison.Ordinal)));
        Assert.Equal(0, (await _opensre.RunAsync("", "fix", "undo", "--dir", _repository.Root)).Code);
        Assert.Equal("x\n", _repository.Read("a.py"));
    }

    [Fact]
    public async Task A_model_that_proposes_nothing_that_fits_leaves_a_diagnosis_and_an_honest_sentence()
    {
        using var model = UseModel(request =>
            !request.Tools.Contains("propose_patch") || request.Results.Count > 0 ? new ModelReply(new Say("The code is not the cause."))
            : new ModelReply(new Call("propose_patch", """{"diff":"--- a/.git/config\n+++ b/.git/config\n@@ -1 +1 @@\n-x\n+y\n","summary":"bad"}""")));
        var ended = await _opensre.RunAsync("", "fix", "acme/SHOP-1", "--local", "--json", "--apply", "--dir", _repository.Root);
        Assert.True(ended.Code == 62, $"{ended.Code} {ended.Errors}");
        var report = JsonNode.Parse(ended.Output)!;
        Assert.Equal("no_fix", (string?)report["status"]);
        Assert.Contains("The code is not the cause", (string)report["no_fix_reason"]!);
        Assert.Equal("x\n", _repository.Read("a.py"));
        Assert.NotEmpty(model.Requests);
    }

    private ModelApi UseModel(Func<ModelRequest, ModelReply> script)
    {
        var api = new ModelApi(script);
        Directory.CreateDirectory(Path.Combine(_opensre.Home, "home"));
        File.WriteAllText(Path.Combine(_opensre.Home, "home", "config.yaml"), $"models:\n  test: {{ provider: vllm, url: {api.Url}v1, model: scripted }}\n");
        _opensre.Variables["OPENSRE_MODEL"] = "test";
        return api;
    }
}

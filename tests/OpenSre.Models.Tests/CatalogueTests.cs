using OpenSre.Models;

namespace OpenSre.Tests.Models;

/// <summary>Configuration, detection and choice.</summary>
public sealed class CatalogueTests
{
    private static ModelCatalogue With(ModelConfiguration? configuration = null, params (string Name, string Value)[] environment) =>
        new("/nowhere", configuration ?? ModelConfiguration.Empty, n => environment.Where(e => e.Name == n).Select(e => e.Value).FirstOrDefault());

    [Fact]
    public void Detection_goes_from_the_variable_to_configuration_keys_programs_and_none()
    {
        var folder = Directory.CreateTempSubdirectory("opensre-path-");
        try
        {
            var program = Path.Combine(folder.FullName, "codex");
            File.WriteAllText(program, "#!/bin/sh\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            var configured = ModelConfiguration.Parse("models:\n  mine: { provider: vllm, model: qwen }\n");
            Assert.Equal("deepseek", With(configured, ("OPENSRE_MODEL", "deepseek"), ("GROQ_API_KEY", "k")).Choose().Name);
            Assert.Equal("mine", With(configured, ("GROQ_API_KEY", "k"), ("PATH", folder.FullName)).Choose().Name);
            Assert.Equal("groq", With(null, ("GROQ_API_KEY", "k"), ("PATH", folder.FullName)).Choose().Name);
            Assert.Equal("codex", With(null, ("PATH", folder.FullName), ("OLLAMA_HOST", "127.0.0.1:1")).Choose().Name);
            Assert.Equal("none", With(null, ("OLLAMA_HOST", "127.0.0.1:1")).Choose().Name);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_local_Ollama_is_found_with_the_model_it_has()
    {
        using var api = new ModelApi(_ => new ModelReply(new Say("x")));
        var chosen = With(null, ("OLLAMA_HOST", $"127.0.0.1:{api.Port}")).Choose();
        Assert.Equal(("ollama", "scripted:latest"), (chosen.Name, chosen.Model));
    }

    [Theory]
    [InlineData("models:\n  a: { provider: anthropic, key: sk-ant-REDACTED }", "environment variable")]
    [InlineData("models:\n  a: { provider: nobody }", "no provider nobody")]
    [InlineData("models:\n  a: { provider: vllm, url: file:///etc/passwd }", "no http")]
    [InlineData("budget: { steps: many }", "whole number")]
    [InlineData("mcp:\n  servers:\n    x: { allow: [a] }", "either a command or a url")]
    [InlineData("model: [", "cannot be read")]
    public void A_mistake_in_the_configuration_is_said_with_its_line(string yaml, string words)
    {
        var error = Assert.Throws<InvalidDataException>(() => ModelConfiguration.Parse(yaml));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains("line", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-ant-REDACTED", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_is_read_whole()
    {
        var read = ModelConfiguration.Parse("""
            model: team
            models:
              team: { provider: azure, url: https://x.openai.azure.com, model: gpt-5, key: "${TEAM_KEY}", price: { input: 1.5, output: 2 } }
            budget: { steps: 5, tokens: 1000, money: 0.25, seconds: 30, session_money: 2 }
            privacy: { offline: true, mask: ["cust-\\d+"] }
            mcp:
              servers:
                grafana: { url: "https://mcp.example", headers: { authorization: "${GRAFANA}" }, allow: [query], start_seconds: 30, seconds: 5 }
            knowledge: { files: [notes.md], trust: [docs], runbooks: [/ops], bytes: 5_000, memory: false }
            """);
        var team = Assert.Single(read.Models);
        Assert.Equal(("https://x.openai.azure.com/openai/v1", "TEAM_KEY", "api-key"), (team.BaseUrl!.AbsoluteUri, team.KeyVariable, team.KeyHeader));
        Assert.Equal(new AgentBudget(5, 1000, 0.25m, TimeSpan.FromSeconds(30), 4), read.Budget);
        Assert.True(read.Offline);
        Assert.Equal("GRAFANA", read.McpServers[0].Headers["authorization"]);
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)), (read.McpServers[0].StartTime, read.McpServers[0].CallTime));
        Assert.Equal(("notes.md", "docs", "/ops", 5_000, false), (read.Knowledge.Files[0], read.Knowledge.Trust[0], read.Knowledge.Runbooks[0], read.Knowledge.Bytes, read.Knowledge.Memory));
        Assert.Equal(1.5m, team.Price!.Input);
    }

    [Fact]
    public void Picking_changes_one_line_of_the_file_and_leaves_the_rest()
    {
        Assert.Equal("# mine\nmodel: groq\nbudget: { steps: 5 }\n", ModelConfiguration.WithChoice("# mine\nmodel: openai\nbudget: { steps: 5 }\n", "groq"));
        Assert.Equal("model: groq\n# mine\n", ModelConfiguration.WithChoice("# mine\n", "groq"));
        Assert.Throws<ModelException>(() => With().Pick("no-such-model"));
    }

    [Theory]
    [InlineData("claude-sonnet-4-5-20250929", true)]
    [InlineData("anthropic/claude-sonnet-4-5", true)]
    [InlineData("gpt-5-mini-2025-08-07", true)]
    [InlineData("claude-sonnet-4-9", false)]
    [InlineData("gpt-5-pro", false)]
    public void A_price_is_known_or_it_is_not(string model, bool known) => Assert.Equal(known, PriceTable.Default.Find(model) is not null);

    [Fact]
    public void Cached_input_costs_what_cached_input_costs() =>
        Assert.Equal((100 * 1m + 800 * 0.1m + 100 * 1.25m + 50 * 10m) / 1_000_000, new Price(1, 10, 0.1m, 1.25m).Of(new TokenUsage(1000, 50, 800, 100)));

    [Fact]
    public async Task A_trial_says_what_works_and_what_does_not()
    {
        using var good = new ModelApi(_ => new ModelReply(new Say("ready")));
        using var bad = new ModelApi(_ => ModelReply.Fails(401, "authentication_error", "no such key"));
        var works = await Conversing.Catalogue().TestAsync(Conversing.Settings(Wire.Chat, good), TestContext.Current.CancellationToken);
        Assert.True(works.Works);
        Assert.Equal(1200, works.Usage.Input);
        var fails = await Conversing.Catalogue().TestAsync(Conversing.Settings(Wire.Chat, bad), TestContext.Current.CancellationToken);
        Assert.False(fails.Works);
        Assert.Contains("no such key", fails.Sentence, StringComparison.Ordinal);
    }
}

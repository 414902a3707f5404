using OpenSre.Core;

namespace OpenSre.Tests.Server;

/// <summary>The page, in a real browser.</summary>
public sealed class PageTests
{
    private const string Markup = "<img src=x onerror=\\\"window.owned=1\\\"><script>window.owned=1</script><b>bold</b>";
    private static readonly DateTimeOffset At = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_run_streams_in_while_it_works()
    {
        await using var server = await TestServer.StartAsync();
        var go = new TaskCompletionSource();
        server.Engine.Script = async (run, say, stop) =>
        {
            Look(run, say);
            await go.Task.WaitAsync(stop);
            Conclude(say);
        };
        await using var browser = await Chromium.StartAsync();
        await browser.GoAsync(server.Server.Address);
        await browser.PressAsync("/", 191, "/");
        await browser.TypeAsync("why is /var full?");
        await browser.PressAsync("Enter", 13, "\r");
        await browser.UntilAsync("document.querySelector('.evidence li')");
        Assert.Contains("/dev/sda1 100% /var", await browser.TextAsync(".evidence"), StringComparison.Ordinal);
        Assert.Contains("host.disk", await browser.TextAsync(".steps"), StringComparison.Ordinal);
        Assert.Contains("91 %", await browser.TextAsync(".bars"), StringComparison.Ordinal);
        Assert.Equal("", await browser.TextAsync(".verdict"));
        await browser.PictureAsync("run-light");
        go.SetResult();
        await browser.UntilAsync("document.querySelector('.verdict.root_cause')");
        Assert.Contains("/var is full", await browser.TextAsync(".verdict"), StringComparison.Ordinal);
        Assert.Equal(1, (await browser.EvaluateAsync("document.querySelectorAll('svg.timeline').length")).GetInt32());
        await browser.UntilAsync("!document.querySelector('#steer')");
        await browser.PictureAsync("done-light");
        Assert.Empty(browser.Complaints);
        Assert.All(browser.Requested.Where(r => !r.StartsWith("data:", StringComparison.Ordinal)), r => Assert.StartsWith(server.Server.Address, r, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_question_shows_the_exact_command_and_takes_the_answer(bool approve)
    {
        await using var server = await TestServer.StartAsync();
        var decided = new TaskCompletionSource<ApprovalOutcome>();
        server.Engine.Script = async (run, say, stop) =>
        {
            var now = DateTimeOffset.UtcNow;
            var request = new ApprovalRequest("a-" + run.Id, "file.change", new Dictionary<string, string>(), "rm -rf /srv/cache/* && echo '<b>done</b>'", "it is full", "The cache is cold afterwards.", "hash", now, now.AddMinutes(1));
            decided.SetResult((await server.Server.Approvals.AskAsync(run, request, say, stop)).Outcome);
        };
        var id = await server.InvestigateAsync("disk is full");
        await using var browser = await Chromium.StartAsync(dark: true);
        await browser.GoAsync($"{server.Server.Address}/#{id}");
        await browser.UntilAsync("document.querySelector('.approval')");
        Assert.Equal("rm -rf /srv/cache/* && echo '<b>done</b>'", (await browser.TextAsync(".approval pre")).Trim());
        Assert.Contains("The cache is cold afterwards.", await browser.TextAsync(".approval"), StringComparison.Ordinal);
        await browser.PictureAsync("approval-dark");
        await browser.ClickAsync(approve ? ".approval button.yes" : ".approval button:not(.yes)");
        Assert.Equal(approve ? ApprovalOutcome.Approved : ApprovalOutcome.Declined, await decided.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        await browser.UntilAsync("!document.querySelector('.approval')");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task A_page_that_lost_its_server_goes_on_where_it_was()
    {
        var home = Directory.CreateTempSubdirectory("opensre-page-").FullName;
        var engine = new ScriptedEngine { Script = async (run, say, stop) => { Look(run, say); await Task.Delay(Timeout.Infinite, stop); } };
        var first = await TestServer.StartAsync(home: home, engine: engine);
        var address = first.Server.Address;
        var id = await first.InvestigateAsync("why is /var full?");
        await using var browser = await Chromium.StartAsync();
        await browser.GoAsync($"{address}/#{id}");
        await browser.UntilAsync("document.querySelectorAll('.evidence li').length === 1");
        await first.DisposeAsync();
        await browser.UntilAsync("document.querySelector('#status').textContent.includes('connection lost') || document.querySelector('#status').textContent.includes('etch')");
        var second = new ScriptedEngine { Script = (_, say, _) => { Conclude(say); return Task.CompletedTask; } };
        await using (await TestServer.StartAsync(s => s with { Url = address }, home, second))
        {
            await browser.UntilAsync("document.querySelector('.verdict.root_cause')");
            // What was seen before is there once, not twice.
            Assert.Equal(1, (await browser.EvaluateAsync("document.querySelectorAll('.evidence li').length")).GetInt32());
        }

        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task Markup_in_an_alert_stays_text()
    {
        await using var server = await TestServer.StartAsync();
        server.Engine.Script = (run, say, _) =>
        {
            Look(run, say, run.Incident.Primary.Summary);
            say(new ReportWritten($"## {run.Title}\n- {run.Title}\n`{run.Title}`"));
            say(new MessageDelta($"## {run.Title}\n- **{run.Title}**\n```\n{run.Title}\n```\n"));
            return Task.CompletedTask;
        };
        using var delivered = await server.PostAsync("/webhooks/alertmanager", $$"""{"version":"4","groupKey":"g","status":"firing","receiver":"r","alerts":[{"status":"firing","labels":{"alertname":"{{Markup}}","instance":"{{Markup}}","severity":"critical"},"annotations":{"summary":"{{Markup}}"},"startsAt":"2026-05-04T10:00:00Z","fingerprint":"f"}]}""");
        Assert.Equal(202, (int)delivered.StatusCode);
        using var asked = await server.PostAsync("/api/investigations", $$"""{"text":"{{Markup}}"}""");
        var id = TestServer.Json(await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("id").GetString();
        await using var browser = await Chromium.StartAsync();
        await browser.GoAsync($"{server.Server.Address}/#{id}");
        await browser.UntilAsync("document.querySelector('.report') && document.querySelector('#incidents button')");
        Assert.Contains("<script>", await browser.TextAsync("#run h3"), StringComparison.Ordinal);
        Assert.Contains("<img src=x", await browser.TextAsync("#incidents"), StringComparison.Ordinal);
        Assert.Equal(0, (await browser.EvaluateAsync("document.querySelectorAll('main img, main script, main b').length")).GetInt32());
        Assert.Equal(System.Text.Json.JsonValueKind.True, (await browser.EvaluateAsync("window.owned === undefined")).ValueKind);
        await browser.PictureAsync("markup");
        Assert.Empty(browser.Complaints);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_fits_a_phone_in_light_and_dark(bool dark)
    {
        await using var server = await TestServer.StartAsync();
        server.Engine.Script = (run, say, _) =>
        {
            Look(run, say, new string('x', 300) + " a long claim of a fact with many words so that it has to wrap on a narrow screen");
            Conclude(say);
            return Task.CompletedTask;
        };
        var id = await server.InvestigateAsync("why is /var full on a host with a very long name, host-0123456789-0123456789-0123456789?");
        await using var browser = await Chromium.StartAsync(dark, 390, 844, phone: true);
        await browser.GoAsync($"{server.Server.Address}/#{id}");
        await browser.UntilAsync("document.querySelector('.verdict.root_cause')");
        Assert.True((await browser.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32() <= 390, "the page is wider than the phone");
        Assert.True((await browser.EvaluateAsync("[...document.querySelectorAll('button')].filter(b => b.offsetParent).every(b => b.getBoundingClientRect().height >= 30)")).GetBoolean(), "a button is too small for a finger");
        var contrast = (await browser.EvaluateAsync("""
            (() => {
              const light = c => { const [r, g, b] = c.match(/[\d.]+/g).slice(0, 3).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
              const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c) && c !== 'transparent') return c; } return getComputedStyle(document.documentElement).backgroundColor; };
              return Math.min(...[...document.querySelectorAll('#run p, #run li, #run small, #run h2, #run h3, header h1')].filter(e => e.innerText?.trim()).map(e => { const a = light(getComputedStyle(e).color), b = light(ground(e)); return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); }));
            })()
            """)).GetDouble();
        Assert.True(contrast >= 4.5, $"the contrast is {contrast:0.0}");
        Assert.Equal(dark, (await browser.EvaluateAsync("(() => { const c = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number); return c[0] + c[1] + c[2] < 200; })()")).GetBoolean());
        await browser.PictureAsync(dark ? "phone-dark" : "phone-light");
        Assert.Empty(browser.Complaints);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_metric_is_drawn_and_a_storm_is_one_entry_that_says_what_it_took_up(bool dark)
    {
        await using var server = await TestServer.StartAsync();
        server.Engine.Script = (run, say, _) =>
        {
            Look(run, say);
            var entity = new Entity(EntityKind.Service, "checkout");
            void Metric(string id, string values) => say(new EvidenceFound(new Evidence { Id = id, Check = "c", Tool = "metrics.series", Arguments = new Dictionary<string, string>(), OutputId = "o1", Entity = entity, Family = "metric", Currency = Currency.Now, Claim = $"{id} of checkout moved", Quote = $"series metric=latency_p99 from=2026-05-04T09:50:00Z step_s=60 values={values} text=checkout" }));
            Metric("e8", "0.11,0.12,0.11,0.13,0.12,,0.12,0.11,0.9,1.4,1.6,1.5,1.55");
            Metric("e9", "5,5");
            Conclude(say);
            return Task.CompletedTask;
        };
        await using var browser = await Chromium.StartAsync(dark);
        await browser.GoAsync(server.Server.Address);
        await browser.UntilAsync("document.querySelector('#incidents .quiet')");
        using var reply = await server.PostAsync("/api/v2/alerts", "[" + string.Join(',', Enumerable.Range(0, 20).Select(n => $$$"""{"labels":{"alertname":"TargetDown","instance":"host-{{{n}}}:9100","rack":"r7","severity":"critical"},"annotations":{"summary":"host-{{{n}}} is down"},"startsAt":"2026-05-04T09:58:00Z"}""")) + "]");
        await browser.UntilAsync("document.querySelectorAll('#incidents button').length === 1 && document.querySelector('#incidents').innerText.includes('20 alerts')");
        Assert.Contains("7 incidents merged into it", await browser.TextAsync("#incidents"), StringComparison.Ordinal);
        Assert.Contains("storm", await browser.TextAsync("#incidents"), StringComparison.Ordinal);
        await browser.ClickAsync("#incidents button");
        await browser.UntilAsync("document.querySelector('.verdict.root_cause') && document.querySelector('svg.spark')");
        Assert.Equal(1, (await browser.EvaluateAsync("document.querySelectorAll('svg.spark').length")).GetInt32());
        Assert.Equal("latency_p99 of checkout: lowest 0.11, highest 1.6, last 1.55", (await browser.EvaluateAsync("document.querySelector('svg.spark').getAttribute('aria-label')")).GetString());
        Assert.Equal(2, (await browser.EvaluateAsync("document.querySelector('svg.spark path').getAttribute('d').split('M').length - 1")).GetInt32());
        Assert.Equal(1, (await browser.EvaluateAsync("document.querySelectorAll('svg.spark .alert').length")).GetInt32());
        await browser.PictureAsync(dark ? "storm-dark" : "storm-light");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task What_is_typed_steers_the_run()
    {
        await using var server = await TestServer.StartAsync();
        var heard = new TaskCompletionSource<string>();
        server.Engine.Script = async (run, say, stop) =>
        {
            string text;
            while (!run.Steering.TryTake(out text))
            {
                await Task.Delay(10, stop);
            }

            say(new SteeringReceived(text, "noted"));
            heard.SetResult(text);
        };
        var id = await server.InvestigateAsync("api is slow");
        await using var browser = await Chromium.StartAsync();
        await browser.GoAsync($"{server.Server.Address}/#{id}");
        await browser.UntilAsync("document.querySelector('#steer-text')");
        await browser.PressAsync("s", 83, "s");
        await browser.TypeAsync("we just deployed");
        await browser.ClickAsync("#steer button");
        Assert.Equal("we just deployed", await heard.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        await browser.UntilAsync("document.querySelector('#run').innerText.includes('↪ we just deployed')");
    }

    private static void Look(OpenSre.Server.LiveRun run, Action<InvestigationEvent> say, string? claim = null)
    {
        var call = new ToolCall("host.disk", new Dictionary<string, string> { ["path"] = "/var" });
        var disk = new Entity(EntityKind.Filesystem, "/var", "h1");
        say(new AlertExtracted(run.Incident, "complains of storage"));
        say(new ToolStarted("t1", call, "the alert names it"));
        say(new ToolFinished("t1", "o1", ToolStatus.Ok, "", 120, TimeSpan.FromMilliseconds(40)));
        say(new EvidenceFound(new Evidence { Id = "e1", Check = "c", Tool = "host.disk", Arguments = call.Arguments, OutputId = "o1", Entity = disk, Family = "disk", Interval = TimeWindow.At(At.AddMinutes(3)), Currency = Currency.Now, Strength = 1, Claim = claim ?? "The filesystem /var is full", Quote = claim ?? "/dev/sda1 100% /var", Bearings = [] }));
        say(new HypothesisChanged([new Hypothesis(HypothesisKind.Fault, "disk.space_exhausted", disk, "Filesystem /var has no space left", 0.91, 4, ["e1"], []), new Hypothesis(HypothesisKind.Healthy, "healthy", disk, "Nothing is wrong", 0.07, -2, [], ["e1"])]));
    }

    private static void Conclude(Action<InvestigationEvent> say)
    {
        var disk = new Entity(EntityKind.Filesystem, "/var", "h1");
        say(new EvidenceFound(new Evidence { Id = "e2", Check = "c", Tool = "host.disk", Arguments = new Dictionary<string, string>(), OutputId = "o1", Entity = disk, Family = "disk", Interval = TimeWindow.At(At), Currency = Currency.Past, Strength = 1, Claim = "It filled up", Quote = "99%", Bearings = [] }));
        say(new DiagnosisMade(new Diagnosis { Verdict = Verdict.RootCause, Summary = "/var is full on h1.", Ranked = [new Hypothesis(HypothesisKind.Fault, "disk.space_exhausted", disk, "Filesystem /var has no space left", 0.97, 5, ["e1"], [])] }));
        say(new MessageDelta("## What happened\n- **/var** is full [e1]\n"));
    }
}

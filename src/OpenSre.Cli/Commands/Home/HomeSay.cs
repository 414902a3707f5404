using System.Net.Http.Headers;
using System.Text;
using OpenSre.Core;
using OpenSre.Home;

namespace OpenSre.Cli;

/// <summary><c>opensre home say</c>: the same answers as in the chat, from the running daemon or, without one, from here.</summary>
internal static class HomeSay
{
    public static async Task<int> RunAsync(HomeConfig config, string text, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        using var alone = HomeLock.TryTake(config.Folder);
        if (alone is null && config.Listen is { } listen)
        {
            return await AskDaemonAsync(config, listen, text, output, errors, cancellation).ConfigureAwait(false);
        }

        if (alone is null)
        {
            await errors.WriteLineAsync("opensre: the daemon runs without a listener; add listen: {} under home: in config.yaml to talk to it from here").ConfigureAwait(false);
            return ExitCodes.Unusable;
        }

        await using var composition = new HomeComposition(config);
        var metrics = new HomeMetrics();
        var channel = new LocalChannel(TimeProvider.System);
        var history = new ChatHistory(config.Folder, TimeProvider.System) { Said = s => errors.WriteLine($"opensre: {s}") };
        var parts = composition.Make(new HomeContext(HomeDaemon.WithOwner(config), channel, history, metrics, TimeProvider.System, s => errors.WriteLine(s), (_, _) => Task.FromResult(0), null) { CanBeAnswered = false, Frozen = () => HomeDaemon.WhyFrozen(config, new Distrust(config.Folder)) });
        using var desk = new LocalDesk(new SkillSet(parts.Skills, history, metrics, s => errors.WriteLine(s)), channel);
        var last = "";
        await foreach (var answer in desk.AskAsync(text, cancellation).ConfigureAwait(false))
        {
            last = answer;
        }

        await output.WriteLineAsync(last).ConfigureAwait(false);
        return last.Length > 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<int> AskDaemonAsync(HomeConfig config, ListenSettings listen, string text, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMinutes(5) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(listen.Address, "/v1/home/messages"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", HomeToken.Of(config.Folder).Reveal());
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        request.Content = new StringContent(new System.Text.Json.Nodes.JsonObject { ["text"] = text }.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var reply = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            var answer = await reply.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            await (reply.IsSuccessStatusCode ? output : errors).WriteLineAsync(SafeText.Clean(answer).TrimEnd()).ConfigureAwait(false);
            return reply.IsSuccessStatusCode ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (HttpRequestException)
        {
            await errors.WriteLineAsync($"opensre: the daemon runs but does not listen at {listen.Address}; was it started with the same config.yaml?").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }
}

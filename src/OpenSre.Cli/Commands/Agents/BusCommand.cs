using System.Text;
using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents bus</c>: what agents tell each other, as it is said. Unverified, every word of it.</summary>
internal static class BusCommand
{
    private const int MostText = 2000;

    public static async Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--json", "--filter=");
        if (asked.Rest.Count > 0)
        {
            throw new AgentsUsageException("usage: opensre agents bus [--json] [--filter TEXT]");
        }

        var json = asked.Has("--json");
        using var subscriber = new BusSubscriber(face.Home.Bus, face.Time);
        if (!json)
        {
            face.Line("tailing /agents bus — Ctrl-C to exit");
        }

        face.Output.Flush();
        try
        {
            await foreach (var happening in subscriber.EventsAsync(cancellation).ConfigureAwait(false))
            {
                if ((json ? Json(happening, asked["--filter"]) : Text(happening, asked["--filter"], face)) is { } line)
                {
                    face.Line(line);
                    face.Output.Flush();
                }
            }
        }
        catch (OperationCanceledException) when (!json)
        {
            face.Line("(detached)");
        }
        catch (OperationCanceledException)
        {
            // Nothing more to say as JSON.
        }

        return ExitCodes.Done;
    }

    private static string? Text(BusEvent happening, string? filter, AgentsFace face) => happening switch
    {
        BusReceived { Message: var m } when Passes(m, filter) =>
            $"{face.Look.Accent($"[{Clean(m.Agent, 80)}]")} {(m.Path.Length > 0 ? Clean(m.Path, 300) + " — " : "")}{Clean(m.Summary, MostText)}",
        BusLost { Count: var count } => face.Look.Warn($"· {count} {(count == 1 ? "message was" : "messages were")} lost here: they came faster than they could be taken"),
        BusGarbled { Bytes: var bytes } => face.Look.Dim($"· {bytes} bytes that are no message were left out"),
        BusDetached => face.Look.Warn("bus broker disconnected"),
        BusAttached { Again: true } => face.Look.Dim("· attached again; what was said in between is not known here"),
        BusFailed { Reason: var reason } => face.Look.Bad($"bus error: {Clean(reason, 300)}"),
        _ => null,
    };

    private static string? Json(BusEvent happening, string? filter) => happening switch
    {
        BusReceived { Message: var m } => Passes(m, filter) ? Encoding.ASCII.GetString(m.ToFrame()).TrimEnd('\n') : null,
        BusLost { Count: var count } => $$"""{"event":"lost","count":{{count}}}""",
        BusGarbled { Bytes: var bytes } => $$"""{"event":"garbled","bytes":{{bytes}}}""",
        BusDetached => """{"event":"detached"}""",
        BusAttached { Again: var again, IsBroker: var broker } => $$"""{"event":"attached","again":{{(again ? "true" : "false")}},"broker":{{(broker ? "true" : "false")}}}""",
        BusFailed => """{"event":"failed"}""",
        _ => null,
    };

    private static bool Passes(BusMessage message, string? filter) =>
        filter is null || new[] { message.Agent, message.Topic, message.Path, message.Summary, message.Source }.Any(f => f.Contains(filter, StringComparison.OrdinalIgnoreCase));

    private static string Clean(string text, int width) => SafeText.Line(Redaction.Apply(text), width);
}

using System.Text.Json;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary><c>agents publish</c>: tells the others something.</summary>
internal static class PublishCommand
{
    public static Task<int> RunAsync(IReadOnlyList<string> words, AgentsFace face, CancellationToken cancellation)
    {
        var asked = AgentWords.Parse(words, "--agent=", "--path=", "--topic=", "--source=", "--data=");
        if (asked.Rest.Count == 0)
        {
            throw new AgentsUsageException("usage: opensre agents publish SUMMARY [--agent NAME:PID] [--path FILE:LINE] [--topic T] [--source S] [--data JSON]");
        }

        var place = face.Home.Bus;
        var alone = !BusElection.IsAlive(place);
        var message = BusMessage.Create(
            asked["--agent"] ?? $"opensre:{Environment.ProcessId}",
            string.Join(' ', asked.Rest),
            face.Time.GetUtcNow(),
            asked["--topic"] ?? "finding",
            asked["--source"] ?? "",
            asked["--path"] ?? "",
            Data(asked["--data"]));
        using (var publisher = new BusPublisher(place, face.Time))
        {
            try
            {
                publisher.Publish(message);
            }
            catch (InvalidDataException e)
            {
                throw new AgentsUsageException(e.Message, e);
            }
        }

        face.Line(alone ? "published, but nobody is attached to the bus" : $"published {message.Id}");
        return Task.FromResult(ExitCodes.Done);
    }

    private static JsonElement? Data(string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new AgentsUsageException("--data takes a JSON object, as in: --data '{\"commit\":\"abc123\"}'");
        }
        catch (JsonException e)
        {
            throw new AgentsUsageException($"--data is not JSON: {OpenSre.Core.SafeText.Line(e.Message, 200)}", e);
        }
    }
}

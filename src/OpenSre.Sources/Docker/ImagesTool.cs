using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>docker.images</c>: the images on this machine, newest first.</summary>
internal sealed class ImagesTool(ICommandRunner runner, DockerOptions options, TimeProvider time) : IEvidenceTool
{
    public ToolDescription Description { get; } = new(
        "docker.images",
        "Lists the images on this machine, newest first, with tags, size and age.",
        [],
        TimeSpan.FromSeconds(15),
        40_000,
        Cost: 2);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var call = new DockerCall(runner, options, Description, time);
        var reply = await call.AskAsync("/images/json", ["images", "--no-trunc", "--format", "{{json .}}"], cancellation);
        if (reply.Failure is { } failure)
        {
            return failure;
        }

        List<Image> images;
        if (reply.FromProgram)
        {
            images = [.. JsonReading.ParseLines(reply.Text, out _).Select(Image.FromProgram)];
        }
        else if (reply.Json is { ValueKind: JsonValueKind.Array } array)
        {
            images = [.. array.EnumerateArray().Select(Image.FromEngine)];
        }
        else
        {
            return new ToolResult(ToolStatus.Failed, "", "Docker's list of images cannot be read: it is no JSON.");
        }

        var total = new RecordLine("images").Add("total", images.Count).Add("untagged", images.Count(i => i.Tags.Length == 0)).ToString();
        var lines = images.OrderByDescending(i => i.Created, StringComparer.Ordinal).Select(i =>
            new RecordLine("image").Add("id", ContainerFacts.ShortId(i.Id)).Add("tags", i.Tags).Add("size", i.Size).Add("created", i.Created).ToString());
        return CommandTool.Ok(Description, string.Join('\n', lines.Prepend(total)) + "\n");
    }

    private sealed record Image(string Id, string Tags, long? Size, string? Created)
    {
        public static Image FromEngine(JsonElement json) => new(
            json.TextAt("Id") ?? "",
            string.Join(',', json.TextsAt("RepoTags").Where(t => t != "<none>:<none>")),
            json.NumberAt("Size"),
            DockerTime.FromUnix(json.NumberAt("Created")));

        public static Image FromProgram(JsonElement json) => new(
            json.TextAt("ID") ?? "",
            json.TextAt("Repository") is { } repository and not "<none>" ? $"{repository}:{json.TextAt("Tag")}" : "",
            HumanSize.Parse(json.TextAt("Size")),
            // "2026-05-04 10:00:00 +0000 UTC": the name of the zone repeats the offset.
            DockerTime.ToSecond(string.Join(' ', (json.TextAt("CreatedAt") ?? "").Split(' ').Take(3))));
    }
}

using System.Text.Json;

namespace OpenSre.Sentry;

/// <summary>A choice Seer offers.</summary>
public sealed record SeerOption(string Label, string? Description);

/// <summary>A question of Seer.</summary>
public sealed record SeerQuestion(string Text, IReadOnlyList<SeerOption> Options);

/// <summary>What a face needs to read from the data of a question or an artifact.</summary>
public static class SeerPatches
{
    public static IReadOnlyList<FilePatch> In(JsonElement data, string name) => [.. data.Items(name).Select(SeerState.Patch)];

    public static IReadOnlyList<SeerQuestion> Questions(JsonElement data) =>
        [.. data.Items("questions").Select(q => new SeerQuestion(q.Text("question") ?? "", [.. q.Items("options").Select(o => new SeerOption(o.Text("label") ?? "", o.Text("description")))]))];

    public static IReadOnlyList<string> Strings(JsonElement data, string name) =>
        [.. data.Items(name).Select(i => i.ValueKind == JsonValueKind.String ? i.GetString()! : i.GetRawText())];

    public static JsonElement Member(JsonElement element, string name) => element.Get(name);

    public static string? Words(JsonElement element, string name) => element.Text(name);

    /// <summary>A patch in git's form, made without its file; carriage returns and missing line ends may be wrong.</summary>
    /// <exception cref="PatchRefusedException">It has no form git takes.</exception>
    public static string Render(FilePatch patch) =>
        PatchPath.Problem(patch.Path) is { } problem ? throw new PatchRefusedException(patch.Path, problem) : PatchRendering.RenderUnfitted(patch);
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>The first line of a recording.</summary>
/// <param name="Format">Always <see cref="Bundle.FormatName"/>.</param>
/// <param name="V">Rises only when an older reader would misread the file.</param>
/// <param name="Host">The name of the machine it was recorded on.</param>
public sealed record BundleHeader(string Format, int V, DateTimeOffset RecordedAt, string Host, string Os);

/// <summary>What the investigation was asked: an alert payload or a question, as it arrived.</summary>
public sealed record BundleInput(string Text)
{
    public string Type { get; init; } = "input";
}

/// <summary>What identifies a command in a recording; its standard input is not kept.</summary>
public sealed record RecordedRequest(string Operation, string Program, IReadOnlyList<string> Arguments)
{
    public static RecordedRequest Of(CommandRequest request) => new(request.Operation, request.Program, request.Arguments);

    /// <summary>Equal for two requests that ask the same.</summary>
    [JsonIgnore]
    public string Key => string.Join('\u0001', [Operation, Program, .. Arguments]);

    public override string ToString() => $"{Operation}: {string.Join(' ', [Program, .. Arguments])}";
}

/// <summary>One command and its answer.</summary>
/// <param name="At">When it was asked.</param>
public sealed record BundleExchange(DateTimeOffset At, RecordedRequest Request, CommandResult Result, double DurationMs)
{
    public string Type { get; init; } = "exchange";
}

/// <summary>The JSON of a recording: one line for each record; text beyond ASCII is readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BundleHeader))]
[JsonSerializable(typeof(BundleInput))]
[JsonSerializable(typeof(BundleExchange))]
internal sealed partial class BundleJson : JsonSerializerContext
{
    public static BundleJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

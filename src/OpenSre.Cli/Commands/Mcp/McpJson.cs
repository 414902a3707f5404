using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Cli;

/// <summary>Parts of a case as JSON, for programs that ask over MCP.</summary>
internal static class McpJson
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Diagnosis(CaseFile file) => Text(json =>
    {
        json.WriteStartObject();
        json.WriteString("investigation", file.InvestigationId);
        json.WriteString("verdict", file.Diagnosis?.Verdict.ToString());
        json.WriteString("summary", Clean(file.Diagnosis?.Summary ?? ""));
        if (file.Diagnosis?.Top is { } top)
        {
            json.WriteString("faultType", top.FaultType);
            json.WriteString("entity", Clean(top.Entity.ToString()));
            json.WriteNumber("probability", Math.Round(top.Probability, 3));
            Strings(json, "evidence", top.Supporting);
        }

        json.WriteNumber("facts", file.Ledger.Evidence.Count);
        json.WriteBoolean("stopped", file.Cancelled);
        json.WriteNumber("seconds", Math.Round(file.Elapsed.TotalSeconds, 2));
        json.WriteEndObject();
    });

    public static string Hypotheses(CaseFile file) => Text(json =>
    {
        json.WriteStartArray();
        foreach (var hypothesis in file.Diagnosis?.Ranked ?? [])
        {
            json.WriteStartObject();
            json.WriteString("kind", hypothesis.Kind.ToString());
            json.WriteString("faultType", hypothesis.FaultType);
            json.WriteString("entity", Clean(hypothesis.Entity.ToString()));
            json.WriteString("statement", Clean(hypothesis.Statement));
            json.WriteNumber("probability", Math.Round(hypothesis.Probability, 4));
            Strings(json, "for", hypothesis.Supporting);
            Strings(json, "against", hypothesis.Contradicting);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static string Evidence(CaseFile file) => Text(json =>
    {
        json.WriteStartArray();
        foreach (var fact in file.Ledger.Evidence)
        {
            Write(json, fact);
        }

        json.WriteEndArray();
    });

    public static string Fact(Evidence fact) => Text(json => Write(json, fact));

    public static string Status(string? model, IReadOnlyDictionary<string, string> running, IReadOnlyList<CaseFile> kept) => Text(json =>
    {
        json.WriteStartObject();
        json.WriteString("version", ProgramVersion.Text);
        json.WriteString("engine", model is null ? "built-in engine" : $"built-in engine with {model}");
        json.WriteStartArray("running");
        foreach (var (id, title) in running)
        {
            json.WriteStartObject();
            json.WriteString("investigation", id);
            json.WriteString("title", Clean(title));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("kept");
        foreach (var file in kept)
        {
            json.WriteRawValue(Diagnosis(file));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static string Text(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, Evidence fact)
    {
        json.WriteStartObject();
        json.WriteString("id", fact.Id);
        json.WriteString("claim", Clean(fact.Claim));
        json.WriteString("quote", Clean(fact.Quote));
        json.WriteString("holds", fact.Currency.ToString());
        json.WriteString("entity", Clean(fact.Entity.ToString()));
        json.WriteString("tool", Clean(new ToolCall(fact.Tool, fact.Arguments).Key));
        json.WriteString("output", fact.OutputId);
        json.WriteString("check", fact.Check);
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static string Clean(string text) => SafeText.Line(text, 2_000);
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpenSre.Core;
using OpenSre.Fleet;

namespace OpenSre.Cli;

/// <summary>The agents as one JSON array; what is not known is null.</summary>
internal static class FleetJson
{
    public static string Text(IEnumerable<AgentView> fleet)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (var view in fleet)
            {
                Write(json, view);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, AgentView v)
    {
        json.WriteStartObject();
        json.WriteString("name", v.Name);
        json.WriteString("tool", v.Agent?.Tool);
        json.WriteNumber("pid", v.Pid);
        Number(json, "start", v.Agent?.Identity.Start);
        json.WriteString("startedAt", v.Agent?.Facts.StartedAt.ToString("O"));
        json.WriteString("status", v.Status.Word);
        json.WriteString("reason", v.Status.Reason);
        Number(json, "cpuPercent", v.Cpu is { } cpu ? Math.Round(cpu, 1) : null);
        json.WriteNumber("memoryBytes", v.Memory);
        Number(json, "tokensPerMinute", v.TokensPerMinute);
        Number(json, "tokensTotal", v.Meter.HasRecords ? v.Meter.Total.Total : null);
        json.WriteStartObject("tokens");
        json.WriteNumber("input", v.Meter.Total.Input);
        json.WriteNumber("output", v.Meter.Total.Output);
        json.WriteNumber("cacheRead", v.Meter.Total.CacheRead);
        json.WriteNumber("cacheWrite", v.Meter.Total.CacheWrite + v.Meter.Total.CacheWriteHour);
        json.WriteEndObject();
        Number(json, "usdPerHour", (double?)v.CostPerHour);
        Number(json, "usdTotal", v.Meter.HasRecords && !v.Meter.HasUnpriced ? (double)v.Meter.Cost : null);
        Number(json, "usdLeft", (double?)v.Budget?.Left(v.SpentHour, v.SpentDay));
        Number(json, "errorsPerMinute", v.Meter.HasRecords ? v.ErrorsPerMinute : null);
        Number(json, "contextTokens", v.Meter.ContextTokens > 0 ? v.Meter.ContextTokens : null);
        Number(json, "contextLimit", v.Meter.ContextLimit > 0 ? v.Meter.ContextLimit : null);
        json.WriteString("activity", v.Meter.Current is { } tool ? SafeText.Line(Redaction.Apply($"{tool.Tool} {tool.Detail}"), 200) : null);
        json.WriteString("cwd", v.Agent?.Folder);
        json.WriteString("repository", v.Agent?.Repository?.Root);
        json.WriteString("branch", v.Agent?.Repository?.Branch);
        json.WriteString("model", v.Model);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}

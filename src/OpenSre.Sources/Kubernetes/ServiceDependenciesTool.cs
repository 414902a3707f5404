using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Who calls whom in a namespace, read from the addresses in the environments of its workloads.</summary>
internal sealed partial class ServiceDependenciesTool(ICommandRunner runner, KubernetesOptions options) : IEvidenceTool
{
    private const int Depth = 4;

    public ToolDescription Description => KubernetesToolDescriptions.Dependencies;

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var call = new KubectlCall(arguments, options);
        var service = call["service"];
        if (!KubectlCall.IsWord(service))
        {
            return ToolArguments.Wrong($"{Description.Name} needs the argument service: the name of the workload.");
        }

        var request = new CommandRequest(Description.Name, options.Program, call.With("get", "deployments,statefulsets,services", "-o", "json"), null, Description.Timeout, 8_000_000);
        var result = await runner.RunAsync(request, cancellation).ConfigureAwait(false);
        var read = CommandTool.ToToolResult(result, Description, options.Program);
        if (read.Status != ToolStatus.Ok)
        {
            return read.Status == ToolStatus.Failed ? KubectlRefusal.Read(read, result.Error) : read;
        }

        try
        {
            return CommandTool.Ok(Description, Print(service, Calls(result.Output)));
        }
        catch (JsonException e)
        {
            return new ToolResult(ToolStatus.Failed, "", $"kubectl printed no JSON that could be read: {SafeText.Line(e.Message, 120)}");
        }
    }

    /// <summary>For each workload, the services its environment names.</summary>
    internal static Dictionary<string, List<string>> Calls(string json)
    {
        using var document = JsonDocument.Parse(json);
        var items = document.RootElement.GetProperty("items").EnumerateArray().ToList();
        var services = items.Where(i => Text(i, "kind") == "Service").Select(NameOf).ToHashSet(StringComparer.Ordinal);
        Dictionary<string, List<string>> calls = new(StringComparer.Ordinal);
        foreach (var workload in items.Where(i => Text(i, "kind") != "Service"))
        {
            var name = NameOf(workload);
            calls[name] = [.. Word().Matches(Environment(workload)).Select(m => m.Value.Split('.')[0]).Where(w => w != name && services.Contains(w)).Distinct(StringComparer.Ordinal)];
        }

        return calls;
    }

    internal static string Print(string service, Dictionary<string, List<string>> calls)
    {
        var callers = calls.Where(c => c.Value.Contains(service)).Select(c => c.Key).Order(StringComparer.Ordinal).ToList();
        var text = new StringBuilder($"[Service]: {service}\n[Upstream (Called By)]: {(callers.Count > 0 ? string.Join(", ", callers) : "(none found)")}\n[Downstream (Calls)]:\n");
        Branch(service, "", [service]);
        return text.ToString();

        void Branch(string at, string lead, List<string> path)
        {
            var callees = calls.GetValueOrDefault(at) ?? [];
            for (var i = 0; i < callees.Count && path.Count <= Depth; i++)
            {
                var last = i == callees.Count - 1;
                text.Append(lead).Append(last ? "└── " : "├── ").Append(callees[i]).Append('\n');
                if (!path.Contains(callees[i]))
                {
                    Branch(callees[i], lead + (last ? "    " : "│   "), [.. path, callees[i]]);
                }
            }
        }
    }

    private static string Environment(JsonElement workload) =>
        workload.TryGetProperty("spec", out var spec) && spec.TryGetProperty("template", out var template) && template.TryGetProperty("spec", out var pod) && pod.TryGetProperty("containers", out var containers)
            ? string.Join(' ', containers.EnumerateArray().Where(c => c.TryGetProperty("env", out _)).SelectMany(c => c.GetProperty("env").EnumerateArray()).Select(e => Text(e, "value")))
            : "";

    private static string NameOf(JsonElement item) => item.TryGetProperty("metadata", out var metadata) ? Text(metadata, "name") : "";

    private static string Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    [GeneratedRegex(@"[a-z0-9][a-z0-9.-]*")]
    private static partial Regex Word();
}

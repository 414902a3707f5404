using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// An evidence tool that runs one reading kubectl command. Arguments are passed as they are, never through a shell;
/// what could be taken for an option is refused.
/// </summary>
internal sealed class KubectlTool(ICommandRunner runner, KubernetesOptions options, ToolDescription description, Func<KubectlCall, IReadOnlyList<string>> command, Func<string, string>? shape = null) : IEvidenceTool
{
    public ToolDescription Description => description;

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> given, CancellationToken cancellation)
    {
        var call = new KubectlCall(given, options);
        foreach (var parameter in description.Parameters)
        {
            var value = given.GetValueOrDefault(parameter.Name) ?? "";
            if (parameter.Required && value.Length == 0)
            {
                return ToolArguments.Wrong($"{description.Name} needs the argument {parameter.Name}: {parameter.Meaning}.");
            }

            if (value.Length > 0 && !KubectlCall.IsWord(value))
            {
                return ToolArguments.Wrong($"{SafeText.Line(value, 60)} is no {parameter.Name} of Kubernetes.");
            }
        }

        var request = new CommandRequest(description.Name, options.Program, command(call), null, description.Timeout, description.OutputLimit);
        var result = await runner.RunAsync(request, cancellation).ConfigureAwait(false);
        var read = CommandTool.ToToolResult(result, description, options.Program);
        if (read.Status == ToolStatus.Failed)
        {
            return KubectlRefusal.Read(read, result.Error);
        }

        return read.Status == ToolStatus.Ok && shape is not null ? read with { Text = shape(read.Text) } : read;
    }
}

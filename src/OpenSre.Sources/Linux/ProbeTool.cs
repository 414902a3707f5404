using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// An evidence tool that runs one constant POSIX shell probe on standard input of <c>sh</c>, so that the same probe
/// works here, over SSH and out of a recording. Arguments reach it as positional parameters, never as script text.
/// </summary>
internal sealed partial class ProbeTool(ICommandRunner runner, LinuxOptions options, ToolDescription description, params ProbeArgument[] arguments) : IEvidenceTool
{
    private string? _script;

    public ToolDescription Description => description;

    public Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> given, CancellationToken cancellation)
    {
        List<string> positional = ["-s"];
        foreach (var argument in arguments)
        {
            var value = given.GetValueOrDefault(argument.Parameter.Name) ?? argument.Default;
            if (value is null)
            {
                return Task.FromResult(new ToolResult(ToolStatus.Failed, "", $"{description.Name} needs the argument {argument.Parameter.Name}: {argument.Parameter.Meaning}."));
            }

            if (!argument.Shape.IsMatch(value))
            {
                return Task.FromResult(new ToolResult(ToolStatus.Failed, "", $"{SafeText.Line(value, 60)} is not a {argument.Parameter.Name} that {description.Name} accepts."));
            }

            if (positional.Count == 1)
            {
                positional.Add("--");
            }

            positional.Add(value);
        }

        return CommandTool.RunAsync(runner, description, "sh", positional, Script(), cancellation);
    }

    private string Script() => _script ??=
        $"P={Quote(options.Proc)} S={Quote(options.Sys)} C={Quote(options.Cgroups)} L={Quote(options.Logs)}\n{Read("_lib")}\n{Read(description.Name)}";

    private static string Quote(string path) => "'" + path.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string Read(string name)
    {
        using var stream = typeof(ProbeTool).Assembly.GetManifestResourceStream($"OpenSre.Probes.{name}.sh")
            ?? throw new InvalidOperationException($"The probe {name} is not part of this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.@:-]{0,80}$")]
    public static partial Regex NameShape { get; }

    [GeneratedRegex(@"^/[^\0\n\r]{0,400}$")]
    public static partial Regex PathShape { get; }

    [GeneratedRegex(@"^[0-9]{1,5}$")]
    public static partial Regex NumberShape { get; }
}

/// <summary>One positional parameter of a probe.</summary>
internal sealed record ProbeArgument(ToolParameter Parameter, Regex Shape, string? Default = null);

using System.Text.RegularExpressions;

namespace OpenSre.Sources;

/// <summary>The arguments of a call, and the options every kubectl command gets.</summary>
internal sealed partial class KubectlCall(IReadOnlyDictionary<string, string> given, KubernetesOptions options)
{
    public string this[string name] => given.GetValueOrDefault(name) ?? "";

    /// <summary>The namespace of the call, else the usual one, else that of the context.</summary>
    public string? Namespace => this["namespace"] is { Length: > 0 } named ? named : options.Namespace;

    /// <summary>The command with context and namespace behind it.</summary>
    public IReadOnlyList<string> With(params ReadOnlySpan<string> words)
    {
        List<string> arguments = [.. words];
        if (options.Context is { Length: > 0 } context)
        {
            arguments.Add($"--context={context}");
        }

        if (Namespace is { Length: > 0 } space)
        {
            arguments.Add($"--namespace={space}");
        }

        arguments.Add("--request-timeout=15s");
        return arguments;
    }

    /// <summary>A name, kind or port: no option, no path, no white space.</summary>
    public static bool IsWord(string text) => text.Length <= 253 && Word().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?\z")]
    private static partial Regex Word();
}

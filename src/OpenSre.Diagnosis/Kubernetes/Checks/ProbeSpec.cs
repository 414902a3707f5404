using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>A probe of a container as describe prints it or a manifest declares it.</summary>
/// <param name="Protocol">grpc, http-get, tcp-socket or exec.</param>
/// <param name="Line">The words of the output that say so.</param>
public sealed partial record ProbeSpec(string Protocol, string Port, double Delay, double Timeout, double Period, double Failures, string Line)
{
    /// <summary>Seconds a container has to answer before it is given up.</summary>
    public double Patience => Delay + (Period * Failures);

    public static ProbeSpec? FromDescription(KubeSection container, string kind)
    {
        if (container.Child(kind) is not { } probe || Text().Match(probe.Value) is not { Success: true } match)
        {
            return null;
        }

        double Seconds(string name) => KubeAge.Seconds(match.Groups[name].Value) ?? 0;
        return new ProbeSpec(match.Groups["protocol"].Value, match.Groups["port"].Value, Seconds("delay"), Seconds("timeout"), Seconds("period"), double.Parse(match.Groups["failure"].ValueSpan), probe.Line);
    }

    [GeneratedRegex(@"^(?<protocol>[a-z-]+) .*?(:(?<port>[0-9A-Za-z-]+)(/\S*)?)?\s+delay=(?<delay>[0-9smh]+) timeout=(?<timeout>[0-9smh]+) period=(?<period>[0-9smh]+) #success=[0-9]+ #failure=(?<failure>[0-9]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Text();
}

using OpenSre.Models;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>
/// Where Prometheus is: <c>--prometheus URL</c>, else <c>PROMETHEUS_URL</c>, else <c>prometheus: {url: …}</c> of config.yaml.
/// The token comes out of the environment: <c>PROMETHEUS_TOKEN</c>, or the variable that <c>token: ${NAME}</c> names.
/// </summary>
internal static class PrometheusSetup
{
    public const string UrlVariable = "PROMETHEUS_URL";
    public const string TokenVariable = "PROMETHEUS_TOKEN";

    /// <summary>Null when none is configured. What is configured wrongly is said by the options.</summary>
    public static PrometheusOptions? Options()
    {
        var token = Environment.GetEnvironmentVariable(TokenVariable);
        if (Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } url)
        {
            return PrometheusOptions.Of(url, token, UrlVariable);
        }

        var file = Path.Combine(HomeFolder.Path, "config.yaml");
        return File.Exists(file) ? Configured(file, token) : null;
    }

    /// <summary>For this process, as the command line says; a wrong address is answered with a sentence.</summary>
    /// <exception cref="InvalidDataException">It is no address.</exception>
    public static void Use(string url)
    {
        if (PrometheusOptions.Of(url, null, "--prometheus").Problem is { Length: > 0 } problem)
        {
            throw new InvalidDataException(problem);
        }

        Environment.SetEnvironmentVariable(UrlVariable, url);
    }

    /// <summary>By itself, so that nothing of YAML is loaded where there is no configuration.</summary>
    private static PrometheusOptions? Configured(string file, string? token)
    {
        try
        {
            if (ConfigNode.Parse(File.ReadAllText(file), file)?.Child("prometheus") is not { } node || node.Text("url") is not { } url)
            {
                return null;
            }

            return PrometheusOptions.Of(url, node.Variable("token") is { } variable ? Environment.GetEnvironmentVariable(variable) : token, "prometheus.url of config.yaml");
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new PrometheusOptions(null, null, e.Message);
        }
    }
}

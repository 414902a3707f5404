using OpenSre.Models;
using OpenSre.Sources;

namespace OpenSre.Cli;

/// <summary>
/// Where Prometheus and Loki are: <c>--prometheus URL</c> and <c>--loki URL</c>, else <c>PROMETHEUS_URL</c> and
/// <c>LOKI_URL</c>, else <c>prometheus: {url: …}</c> and <c>loki: {url: …}</c> of config.yaml. Tokens come out of the
/// environment: <c>PROMETHEUS_TOKEN</c> and <c>LOKI_TOKEN</c>, or the variable that <c>token: ${NAME}</c> names.
/// </summary>
internal static class MonitoringSetup
{
    public const string PrometheusVariable = "PROMETHEUS_URL";
    public const string LokiVariable = "LOKI_URL";
    public const string PrometheusToken = "PROMETHEUS_TOKEN";
    public const string LokiToken = "LOKI_TOKEN";

    /// <summary>Null when none is configured. What is configured wrongly is said by the options.</summary>
    public static PrometheusOptions? Prometheus() => Place("prometheus", PrometheusVariable, PrometheusToken) is not { } place ? null
        : place.Problem.Length > 0 ? new PrometheusOptions(null, null, place.Problem)
        : PrometheusOptions.Of(place.Url, place.Token, place.From);

    /// <inheritdoc cref="Prometheus"/>
    public static LokiOptions? Loki() => Place("loki", LokiVariable, LokiToken) is not { } place ? null
        : place.Problem.Length > 0 ? new LokiOptions(null, null, null, place.Problem)
        : LokiOptions.Of(place.Url, place.Token, Environment.GetEnvironmentVariable("LOKI_ORG_ID") ?? place.Tenant, place.From);

    public static bool IsAny => Prometheus() is not null || Loki() is not null;

    /// <summary>For this process, as the command line says; a wrong address is answered with a sentence.</summary>
    /// <exception cref="InvalidDataException">It is no address.</exception>
    public static void Use(CommandLine line)
    {
        Use(line.Prometheus, "--prometheus", PrometheusVariable);
        Use(line.Loki, "--loki", LokiVariable);
    }

    private static void Use(string? url, string option, string variable)
    {
        if (url is null)
        {
            return;
        }

        if (PrometheusOptions.Of(url, null, option).Problem is { Length: > 0 } problem)
        {
            throw new InvalidDataException(problem);
        }

        Environment.SetEnvironmentVariable(variable, url);
    }

    private static Said? Place(string name, string variable, string tokenVariable)
    {
        var token = Environment.GetEnvironmentVariable(tokenVariable);
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } url)
        {
            return new Said(url, token, null, variable);
        }

        var file = Path.Combine(HomeFolder.Path, "config.yaml");
        return File.Exists(file) ? Configured(file, name, token) : null;
    }

    /// <summary>By itself, so that nothing of YAML is loaded where there is no configuration.</summary>
    private static Said? Configured(string file, string name, string? token)
    {
        try
        {
            return ConfigNode.Parse(File.ReadAllText(file), file)?.Child(name) is { } node && node.Text("url") is { } url
                ? new Said(url, node.Variable("token") is { } variable ? Environment.GetEnvironmentVariable(variable) : token, node.Text("tenant"), $"{name}.url of config.yaml")
                : null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new Said("", null, null, name, e.Message);
        }
    }

    private sealed record Said(string Url, string? Token, string? Tenant, string From, string Problem = "");
}

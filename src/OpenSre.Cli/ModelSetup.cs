using OpenSre.Investigation;
using OpenSre.Models;

namespace OpenSre.Cli;

/// <summary>Which model an investigation asks, if any. Nothing of the models is loaded where none can be in question.</summary>
internal static class ModelSetup
{
    private static readonly string[] Signs =
        ["OPENSRE_MODEL", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENROUTER_API_KEY", "GEMINI_API_KEY", "GROQ_API_KEY", "DEEPSEEK_API_KEY", "OLLAMA_HOST"];

    private static readonly string[] SocketTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>
    /// A quick look at the signs of a model: a variable, a configuration, a program on PATH, something that listens where
    /// Ollama does.
    /// </summary>
    public static bool IsPossible =>
        !IsForbidden(Environment.GetEnvironmentVariable("OPENSRE_OFFLINE"))
        && Environment.GetEnvironmentVariable("OPENSRE_MODEL") != "none"
        && (Array.Exists(Signs, s => Environment.GetEnvironmentVariable(s) is { Length: > 0 })
            || File.Exists(Path.Combine(HomeFolder.Path, "config.yaml"))
            || IsOnPath("claude") || IsOnPath("codex") || OllamaListens());

    public static ModelCatalogue Catalogue(bool offline = false) => new(HomeFolder.Path, Environment.GetEnvironmentVariable, offline) { Bridge = McpBridge.Command };

    /// <summary>What asks a model in an investigation; null for the engine alone.</summary>
    /// <param name="named">A model named on the command line; null to use the one that is configured or found.</param>
    /// <exception cref="InvalidDataException">The model named cannot be used, or the configuration cannot be read.</exception>
    public static ModelAdvice? Advice(string? named, bool offline)
    {
        if (offline || named == "none" || (named is null && !IsPossible))
        {
            return null;
        }

        var catalogue = Catalogue();
        try
        {
            return CaseModel.For(catalogue, named is null ? catalogue.Choose() : catalogue.Find(named));
        }
        catch (ModelException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>A model for a server: many investigations at a time. The caller disposes of the host.</summary>
    /// <exception cref="InvalidDataException">The model cannot be used, or the configuration cannot be read.</exception>
    public static (ModelAdvice Advice, AgentHost Host) Shared(string named)
    {
        var catalogue = Catalogue();
        try
        {
            var settings = named == "configured" ? catalogue.Choose() : catalogue.Find(named);
            if (catalogue.Missing(settings) is { Length: > 0 } missing)
            {
                throw new InvalidDataException($"{settings.Name} cannot be used: {missing}");
            }

            var host = catalogue.Host(settings);
            return CaseModel.For(catalogue, settings, host: host) is { } advice
                ? (advice, host)
                : throw new InvalidDataException("no model is configured; opensre model lists what there is");
        }
        catch (ModelException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static bool IsForbidden(string? offline) => offline is "1" or "true";

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(f => f.Length > 0 && File.Exists(Path.Combine(f, program)));

    /// <summary>Whether something listens on port 11434 of this machine, as the kernel's table says.</summary>
    private static bool OllamaListens()
    {
        try
        {
            return SocketTables.Where(File.Exists).SelectMany(File.ReadLines).Any(l => l.Contains(":2CAA ", StringComparison.Ordinal) && l.Contains(" 0A ", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A machine that hides its sockets: Ollama can still be configured.
            return false;
        }
    }
}

using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Models;

namespace OpenSre.Cli;

/// <summary>Where notes, runbooks and past incidents are, as the configuration and the usual places say.</summary>
internal static class KnowledgeSetup
{
    /// <summary>All of it, and the memory of past incidents for writing; the latter null when configuration turns it off.</summary>
    /// <param name="notes">Files of notes besides those the configuration lists.</param>
    /// <exception cref="InvalidDataException">The configuration cannot be used.</exception>
    public static (CaseKnowledge Knowledge, IncidentMemory? Memory) Open(IReadOnlyList<string>? notes = null)
    {
        var home = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } own ? own : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var folder = Environment.CurrentDirectory;
        var said = File.Exists(Path.Combine(HomeFolder.Path, "config.yaml")) ? Configured() : new Said([], [], [], null, true);
        var memory = said.Memory ? new IncidentMemory(Path.Combine(HomeFolder.Path, "incidents.jsonl")) : null;
        var places = ContextPlaces.Usual(HomeFolder.Path, folder, home) with { Listed = [.. said.Files, .. notes ?? []], Trust = said.Trust };
        return (new CaseKnowledge(places, [.. Runbooks(said.Runbooks, folder, home)], memory, said.Bytes ?? CaseKnowledge.DefaultBytes), memory);
    }

    /// <summary>By itself, so that nothing of the models is loaded where there is no configuration.</summary>
    private static Said Configured()
    {
        var settings = ModelConfiguration.Load(HomeFolder.Path).Knowledge;
        return new Said(settings.Files, settings.Trust, settings.Runbooks, settings.Bytes, settings.Memory);
    }

    /// <summary>Keeps an investigation of the present for the next one; a sentence when that fails, else empty.</summary>
    public static string Remember(IncidentMemory memory, CaseFile file)
    {
        try
        {
            memory.Remember(file, TimeProvider.System.GetUtcNow());
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"this incident cannot be remembered in {SafeText.Line(memory.Path, 200)}: {SafeText.Line(e.Message, 200)}";
        }
    }

    private static IEnumerable<string> Runbooks(IReadOnlyList<string> said, string folder, string home)
    {
        foreach (var listed in said)
        {
            yield return listed.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, listed[2..]) : Path.GetFullPath(listed, folder);
        }

        yield return Path.Combine(HomeFolder.Path, "runbooks");

        // A project's own, from the working directory up to its repository.
        for (var at = new DirectoryInfo(folder); at?.Parent is not null; at = at.Parent)
        {
            yield return Path.Combine(at.FullName, "runbooks");
            yield return Path.Combine(at.FullName, "docs", "runbooks");
            yield return Path.Combine(at.FullName, ".opensre", "runbooks");
            if (Path.Exists(Path.Combine(at.FullName, ".git")))
            {
                yield break;
            }
        }
    }

    private sealed record Said(IReadOnlyList<string> Files, IReadOnlyList<string> Trust, IReadOnlyList<string> Runbooks, int? Bytes, bool Memory);
}

using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Every kind of recording the engine can be scored on.</summary>
public static class IncidentSets
{
    /// <param name="tools">The tools of a host, run by a given runner.</param>
    public static IReadOnlyList<IIncidentSet> All(Func<ICommandRunner, IReadOnlyList<IEvidenceTool>> tools) =>
    [
        new HostIncidents(tools),
        new CloudOpsBenchIncidents(),
        new SockShopIncidents(),
        new PetShopIncidents(),
        new RootCauseBenchIncidents(),
        new OpenSreSyntheticIncidents(),
    ];

    /// <summary>The file of labels of a folder.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    internal static string LabelFile(string folder, string? labels)
    {
        labels ??= Path.Combine(folder, "labels.jsonl");
        return File.Exists(labels) ? labels : throw new InvalidDataException($"there is no {labels}; --labels names the file of labels");
    }
}

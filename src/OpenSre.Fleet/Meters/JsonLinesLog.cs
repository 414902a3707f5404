using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>A record of lines of JSON, each read once, when it is whole.</summary>
/// <param name="path">The file.</param>
public abstract class JsonLinesLog(string path) : IAgentLog
{
    private readonly LineTail _tail = new(path);

    public string Path => path;

    public IReadOnlyList<Activity> Read()
    {
        List<Activity> activities = [];
        _tail.ReadJson(line => Read(line, activities));
        return activities;
    }

    /// <summary>Takes a line.</summary>
    /// <param name="into">What it tells is added here.</param>
    protected abstract void Read(JsonElement line, List<Activity> into);
}

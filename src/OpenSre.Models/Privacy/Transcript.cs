using System.Text;
using System.Text.Json;

namespace OpenSre.Models;

/// <summary>
/// What was sent to a model and what it said, one JSON object a line, exactly as it left the machine: after masking.
/// Only its owner may read the file. Nothing is kept in memory.
/// </summary>
public sealed class Transcript : IDisposable
{
    private readonly Lock _writing = new();
    private readonly FileStream _file;
    private readonly TimeProvider _time;

    /// <param name="path">The file; its folder is made.</param>
    public Transcript(string path, TimeProvider time)
    {
        _time = time;
        Path = path;
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _file = new FileStream(path, options);
    }

    public string Path { get; }

    /// <param name="direction"><c>sent</c> or <c>received</c>.</param>
    /// <param name="what">instructions, tools, prompt, tool answer, steering, text, end.</param>
    public void Add(string direction, string agent, string what, string text)
    {
        var line = ModelWire.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("at", _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
            json.WriteString("direction", direction);
            json.WriteString("model", agent);
            json.WriteString("what", what);
            json.WriteString("text", text);
            json.WriteEndObject();
        });
        Array.Resize(ref line, line.Length + 1);
        line[^1] = (byte)'\n';
        lock (_writing)
        {
            _file.Write(line);
        }
    }

    /// <summary>A transcript as a person reads it.</summary>
    public static IEnumerable<string> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            string shown;
            try
            {
                using var document = JsonDocument.Parse(line);
                var root = document.RootElement;
                shown = $"── {root.Text("at")} {root.Text("direction")}: {root.Text("what")} ({root.Text("model")})\n{root.Text("text")}\n";
            }
            catch (JsonException)
            {
                shown = "── a line that cannot be read (the program was stopped while it wrote)\n";
            }

            yield return shown;
        }
    }

    public void Dispose() => _file.Dispose();
}

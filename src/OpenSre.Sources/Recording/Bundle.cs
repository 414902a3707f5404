using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OpenSre.Sources;

/// <summary>
/// A recorded investigation: what was asked, and every command with its answer, in order. As a file it is JSON Lines:
/// a header, an input, then exchanges; lines of a kind this version does not know are skipped.
/// </summary>
/// <param name="Note">What is to be said about the file, such as a last line that was cut off; empty when nothing.</param>
public sealed record Bundle(BundleHeader Header, string Input, IReadOnlyList<BundleExchange> Exchanges, string Note = "")
{
    public const string FormatName = "opensre.bundle";
    public const int Version = 1;

    /// <summary>Reads a recording, compressed or not.</summary>
    /// <exception cref="BundleException">The file cannot be read, or is no recording; the message is one sentence.</exception>
    public static Bundle Load(string path)
    {
        List<string> lines;
        bool cutOff;
        try
        {
            lines = ReadLines(path, out cutOff);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BundleException($"The recording {path} cannot be read: {e.Message}", e);
        }

        return Parse(path, lines, cutOff);
    }

    private static Bundle Parse(string path, List<string> lines, bool cutOff)
    {
        var header = lines.Count == 0 ? null : TryRead(lines[0], BundleJson.Lines.BundleHeader);
        if (header?.Format != FormatName)
        {
            throw new BundleException($"{path} is no recording of OpenSRE: its first line is not an {FormatName} header.");
        }

        if (header.V != Version)
        {
            throw new BundleException($"{path} was recorded in version {header.V} of the format, but this program reads version {Version}; update OpenSRE.");
        }

        var input = "";
        List<BundleExchange> exchanges = [];
        var note = "";
        for (var i = 1; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.Length == 0)
            {
                continue;
            }

            if (!TryTake(line, ref input, exchanges))
            {
                // A writer that was killed leaves a part of a line, without its end.
                if (i < lines.Count - 1 || !cutOff)
                {
                    throw new BundleException($"{path} is damaged: line {i + 1} cannot be read.");
                }

                note = "The recording ends in the middle of a line, which was left out.";
            }
        }

        return new Bundle(header, input, exchanges, note);
    }

    private static bool TryTake(string line, ref string input, List<BundleExchange> exchanges)
    {
        string? type;
        try
        {
            using var document = JsonDocument.Parse(line);
            type = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("type", out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (JsonException)
        {
            return false;
        }

        switch (type)
        {
            case null:
                return false;
            case "input":
                var read = TryRead(line, BundleJson.Lines.BundleInput);
                input = read?.Text ?? "";
                return read?.Text is not null;
            case "exchange":
                var exchange = TryRead(line, BundleJson.Lines.BundleExchange);
                if (exchange is not { Request: { Operation: not null, Program: not null, Arguments: not null }, Result: { Output: not null, Error: not null } })
                {
                    return false;
                }

                exchanges.Add(exchange);
                return true;
            default:
                return true;
        }
    }

    private static T? TryRead<T>(string line, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <param name="cutOff">True when the file does not end with a line end.</param>
    private static List<string> ReadLines(string path, out bool cutOff)
    {
        using var file = File.OpenRead(path);
        var compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        using Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var text = new MemoryStream();
        try
        {
            stream.CopyTo(text);
        }
        catch (InvalidDataException) when (text.Length > 0)
        {
            // The compressed data ends early; what could be read of it counts, as with a plain file.
        }

        var lines = Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).Split('\n').ToList();
        cutOff = lines[^1].Length > 0;
        if (!cutOff)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }
}

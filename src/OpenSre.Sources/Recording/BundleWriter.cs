using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OpenSre.Sources;

/// <summary>
/// Writes a recording to a file, compressed if its name ends with <c>.gz</c>. Every line is handed to the system as
/// it is written: if this process dies, at most the last line is lost. A disk that fills up ends the recording, not
/// the investigation; <see cref="Failure"/> then says so.
/// </summary>
public sealed class BundleWriter : IExchangeLog, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stream _stream;
    private readonly string _path;
    private bool _closed;

    private BundleWriter(string path, Stream stream)
    {
        _path = path;
        _stream = stream;
    }

    /// <summary>A sentence about why the recording is not complete, or null while it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Creates the file, or empties it if it is there, and writes the header and the input.</summary>
    /// <exception cref="BundleException">The file cannot be written.</exception>
    public static BundleWriter Create(string path, string input, TimeProvider? time = null)
    {
        var header = new BundleHeader(Bundle.FormatName, Bundle.Version, (time ?? TimeProvider.System).GetUtcNow(), Environment.MachineName, RuntimeInformation.OSDescription);
        return Create(path, input, header);
    }

    /// <inheritdoc cref="Create(string, string, TimeProvider?)"/>
    public static BundleWriter Create(string path, string input, BundleHeader header)
    {
        var writer = new BundleWriter(path, Open(path));
        writer.Append(header, BundleJson.Lines.BundleHeader);
        writer.Append(new BundleInput(BundleRedaction.Clean(input)), BundleJson.Lines.BundleInput);
        return writer;
    }

    public void Add(BundleExchange exchange) => Append(exchange, BundleJson.Lines.BundleExchange);

    public void Dispose()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            Try(_stream.Dispose);
        }
    }

    private static Stream Open(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read };
            if (!OperatingSystem.IsWindows())
            {
                // A recording holds what the machine says about itself; other users have no business in it.
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var file = new FileStream(path, options);
            return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionLevel.Optimal) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BundleException($"The recording {path} cannot be written: {e.Message}", e);
        }
    }

    private void Append<T>(T line, JsonTypeInfo<T> type)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, type), (byte)'\n'];
        lock (_lock)
        {
            if (Failure is null && !_closed)
            {
                Try(() =>
                {
                    _stream.Write(bytes);
                    _stream.Flush();
                });
            }
        }
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e)
        {
            Failure ??= $"The recording {_path} is not complete: {e.Message}";
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Models;

/// <summary>
/// An agent program that speaks newline-delimited JSON on standard input and output. It runs in an empty folder of its
/// own, and it is gone when this is disposed of: standard input is closed first, then it is killed with its children.
/// </summary>
internal sealed class LineProcess : IMessageSource
{
    private const int KeptErrors = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Process _process;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Queue<string> _errors = new();
    private readonly DirectoryInfo _folder;
    private readonly string _name;

    private readonly bool _keepsFolder;

    private LineProcess(Process process, DirectoryInfo folder, bool keepsFolder, string name)
    {
        _keepsFolder = keepsFolder;
        _process = process;
        _folder = folder;
        _name = name;
        process.ErrorDataReceived += (_, e) => KeepError(e.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>The empty folder it works in.</summary>
    public string Folder => _folder.FullName;

    public int ProcessId => _process.Id;

    /// <summary>Its last words on standard error, on one line.</summary>
    public string LastWords
    {
        get
        {
            lock (_errors)
            {
                return SafeText.Line(string.Join(' ', _errors), 300);
            }
        }
    }

    /// <param name="keptFolder">A folder to work in that stays, for programs that find their sessions by it; null for a new one.</param>
    /// <param name="environment">Variables to set, or to remove when the value is null.</param>
    /// <exception cref="ModelException">It cannot be started.</exception>
    public static LineProcess Start(string name, IReadOnlyList<string> command, IEnumerable<string> arguments, string? keptFolder, params ReadOnlySpan<(string Name, string? Value)> environment)
    {
        var folder = keptFolder is null ? Directory.CreateTempSubdirectory("opensre-agent-") : Private(keptFolder);
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = folder.FullName,
        };
        foreach (var argument in command.Skip(1).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (variable, value) in environment)
        {
            if (value is null)
            {
                start.Environment.Remove(variable);
            }
            else
            {
                start.Environment[variable] = value;
            }
        }

        try
        {
            return new LineProcess(Process.Start(start)!, folder, keptFolder is not null, name);
        }
        catch (Win32Exception e)
        {
            if (keptFolder is null)
            {
                folder.Delete(recursive: true);
            }

            throw new ModelException(ModelFailure.NotFound, $"{name} could not be started ({command[0]}): {e.Message}", inner: e);
        }
    }

    /// <summary>Writes one message.</summary>
    /// <exception cref="ModelException">The program is gone.</exception>
    public async Task SendAsync(Action<Utf8JsonWriter> write, CancellationToken cancellation)
    {
        var line = ModelWire.Json(write);
        Array.Resize(ref line, line.Length + 1);
        line[^1] = (byte)'\n';
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var input = _process.StandardInput.BaseStream;
            await input.WriteAsync(line, cancellation).ConfigureAwait(false);
            await input.FlushAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw new ModelException(ModelFailure.Network, $"{_name} has ended: {LastWords}", inner: e);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The next message; lines that are no JSON object are passed over. Null at the end.</summary>
    public async Task<JsonDocument?> ReadAsync(CancellationToken cancellation)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0 || line[0] != '{')
            {
                KeepError(line);
                continue;
            }

            try
            {
                return JsonDocument.Parse(line);
            }
            catch (JsonException)
            {
                // Something printed by the program that only looks like a message.
                KeepError(line);
            }
        }

        return null;
    }

    /// <summary>Tells it that nothing more comes; a program that listens ends by itself.</summary>
    public void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It is gone, and its pipe with it.
        }
    }

    public async ValueTask DisposeAsync()
    {
        CloseInput();
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            // It does not go by itself.
        }

        try
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Gone in the meantime.
        }

        _process.Dispose();
        _writing.Dispose();
        if (_keepsFolder)
        {
            return;
        }

        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            KeepError(e.Message);
        }
    }

    private static DirectoryInfo Private(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private void KeepError(string? line)
    {
        if (line is not { Length: > 0 })
        {
            return;
        }

        lock (_errors)
        {
            _errors.Enqueue(line.Length > 400 ? line[..400] : line);
            while (_errors.Count > KeptErrors)
            {
                _errors.Dequeue();
            }
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Starts programs on this machine. No shell is involved; messages are in the C locale; a timeout or a cancellation
/// ends the program together with everything it started. Output is read as UTF-8, bytes that are none become U+FFFD.
/// Of a longer output than asked for, the beginning and the end are kept.
/// </summary>
public sealed class LocalCommandRunner(TimeProvider? time = null) : ICommandRunner
{
    private const int ErrorLimit = 8_192;

    /// <summary>How long output may still come after the program ended, from something it left running.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public async Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var file = ProgramFile.Find(request.Program, out var notExecutable);
        if (file is null)
        {
            return notExecutable
                ? Failure(CommandStatus.Refused, $"{request.Program}: the file may not be executed (EACCES)")
                : Failure(CommandStatus.NotFound, $"{request.Program}: not found");
        }

        if (request.Arguments.Any(a => a.Contains('\0')))
        {
            return Failure(CommandStatus.Refused, $"{request.Program}: an argument holds a NUL character, which no program can be given");
        }

        using var process = new Process { StartInfo = Describe(file, request) };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            // ENOENT and ENOTDIR; everything else (EACCES, ENOEXEC, EAGAIN) is a refusal of the system.
            return Failure(error.NativeErrorCode is 2 or 20 ? CommandStatus.NotFound : CommandStatus.Refused, $"{request.Program}: {error.Message}");
        }

        return await FollowAsync(process, request, cancellation);
    }

    private static ProcessStartInfo Describe(string file, CommandRequest request)
    {
        var start = ProcessTree.StartInfo(file, request.Arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        start.Environment["LC_ALL"] = "C";
        start.Environment.Remove("LANGUAGE");
        start.Environment["TERM"] = "dumb";
        start.Environment["PAGER"] = "cat";
        start.Environment["SYSTEMD_PAGER"] = "cat";
        return start;
    }

    private async Task<CommandResult> FollowAsync(Process process, CommandRequest request, CancellationToken cancellation)
    {
        var id = process.Id;
        var output = new CappedText(request.OutputLimit);
        var error = new CappedText(ErrorLimit);
        using var abandon = new CancellationTokenSource();
        var input = WriteAsync(process.StandardInput, request.Input);
        var reading = Task.WhenAll(
            ReadAsync(process.StandardOutput.BaseStream, output, abandon.Token),
            ReadAsync(process.StandardError.BaseStream, error, abandon.Token));

        using var timeout = new CancellationTokenSource(request.Timeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        var ended = true;
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            ended = false;
            ProcessTree.Kill(process, id);
        }

        if (!await CompletesAsync(reading, Aftermath))
        {
            // Something was left running that still holds our pipes.
            ProcessTree.Kill(process, id);
            if (!await CompletesAsync(reading, Aftermath))
            {
                await abandon.CancelAsync();
                await reading;
            }
        }

        cancellation.ThrowIfCancellationRequested();
        await CompletesAsync(input, Aftermath);
        var text = output.ToText(out var cut);
        var errors = error.ToText(out _);
        return ended
            ? new CommandResult(CommandStatus.Exited, process.ExitCode, text, errors, cut)
            : new CommandResult(CommandStatus.TimedOut, -1, text, errors, cut);
    }

    private static async Task WriteAsync(StreamWriter target, string? text)
    {
        try
        {
            if (text is not null)
            {
                await target.WriteAsync(text);
            }

            target.Close();
        }
        catch (IOException)
        {
            // The program ended, or closed its input, before it had read everything: its own business.
        }
        catch (ObjectDisposedException)
        {
            // The program was ended while we wrote.
        }
    }

    private static async Task ReadAsync(Stream source, CappedText target, CancellationToken abandon)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[16_384];
        var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        try
        {
            int read;
            while ((read = await source.ReadAsync(bytes, abandon)) > 0)
            {
                Decode(read, flush: false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The pipe was closed under us, or what holds it open was given up; what came until then counts.
        }

        Decode(0, flush: true);

        void Decode(int count, bool flush)
        {
            var decoded = decoder.GetChars(bytes, 0, count, characters, 0, flush);
            target.Append(characters.AsSpan(0, decoded));
        }
    }

    private async Task<bool> CompletesAsync(Task task, TimeSpan within)
    {
        try
        {
            await task.WaitAsync(within, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static CommandResult Failure(CommandStatus status, string sentence) => new(status, -1, "", sentence, 0);
}

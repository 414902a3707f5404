using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// Runs commands on another machine through the <c>ssh</c> program, so that aliases, jump hosts, the agent and known
/// hosts are those of the user. It never asks anything, accepts no unknown host key, forwards nothing, and keeps one
/// connection open for the next command. What fails before a command runs is exit code 255 with a sentence as its error.
/// </summary>
public sealed class SshCommandRunner : ICommandRunner, IDisposable
{
    public const int NoConnection = 255;

    private readonly string _name;
    private readonly string _destination;
    private readonly SshOptions _options;
    private readonly ICommandRunner _programs;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate;

    /// <param name="name">What people call the host; used in sentences.</param>
    /// <param name="destination">What <c>ssh</c> is given; see <see cref="SshDestination"/>.</param>
    /// <exception cref="ArgumentException">The destination is none.</exception>
    public SshCommandRunner(string name, string destination, SshOptions? options = null, TimeProvider? time = null)
        : this(name, destination, options ?? new SshOptions(), time ?? TimeProvider.System, new LocalCommandRunner(time))
    {
    }

    internal SshCommandRunner(string name, string destination, SshOptions options, TimeProvider time, ICommandRunner programs)
    {
        if (!SshDestination.IsOne(destination))
        {
            throw new ArgumentException($"{SafeText.Line(destination, 60)} is nothing ssh is given; write an alias of ~/.ssh/config or user@host", nameof(destination));
        }

        (_name, _destination, _options, _time, _programs) = (name, destination, options, time, programs);
        _gate = new SemaphoreSlim(options.AtOnce);
    }

    private bool KeepsConnection => _options.ControlFolder is not null;

    public async Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation)
    {
        if (request.Program.StartsWith(BuiltInCommandRunner.Prefix, StringComparison.Ordinal))
        {
            // A connection made from here would look from the wrong side; Docker's tools go on to the docker program, over there.
            return RemoteNetwork.Ask(request) is { } ask
                ? RemoteNetwork.Read(request, await RunAsync(ask, cancellation), _name, _time.GetUtcNow())
                : request.Program == "opensre:docker"
                    ? new CommandResult(CommandStatus.NotFound, -1, "", $"the engine's socket is not reached from here; {_name} is asked through its docker program", 0)
                    : new CommandResult(CommandStatus.Refused, -1, "", $"{SafeText.Line(request.Program, 40)} cannot be asked on {_name} like that", 0);
        }

        if (RemoteScript.Input(request) is not { } input)
        {
            return new CommandResult(CommandStatus.Refused, -1, "", $"{request.Program}: an argument holds a NUL character, which no program can be given", 0);
        }

        await _gate.WaitAsync(cancellation);
        try
        {
            var started = _time.GetTimestamp();
            var result = await StartAsync(request, input, request.Timeout, KeepsConnection, cancellation);
            if (KeepsConnection && NeverOpened(result))
            {
                await ForgetConnectionAsync();
                var left = request.Timeout - _time.GetElapsedTime(started);
                result = left > TimeSpan.Zero ? await StartAsync(request, input, left, keep: false, cancellation) : result;
            }
            else if (KeepsConnection && result.Status == CommandStatus.TimedOut)
            {
                // What hangs may be the connection: others end in peace, the next command gets a new one.
                await ForgetConnectionAsync();
            }

            return Read(result, request);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private Task<CommandResult> StartAsync(CommandRequest request, string input, TimeSpan limit, bool keep, CancellationToken cancellation) =>
        _programs.RunAsync(request with { Program = _options.Program, Arguments = [.. Arguments(keep), "--", _destination, RemoteScript.Command(limit)], Input = input, Timeout = limit }, cancellation);

    private IEnumerable<string> Arguments(bool keep)
    {
        if (_options.ConfigFile is { } file)
        {
            yield return "-F";
            yield return file;
        }

        yield return "-T";
        foreach (var setting in Settings(keep))
        {
            yield return "-o";
            yield return setting;
        }
    }

    private IEnumerable<string> Settings(bool keep) =>
    [
        "BatchMode=yes",
        FormattableString.Invariant($"ConnectTimeout={Math.Max(1, (int)_options.ConnectTime.TotalSeconds)}"),
        "ServerAliveInterval=5",
        "ServerAliveCountMax=2",
        "StrictHostKeyChecking=yes",
        "ForwardAgent=no",
        "ForwardX11=no",
        "PermitLocalCommand=no",
        "ClearAllForwardings=yes",
        "RequestTTY=no",
        "RemoteCommand=none",
        "LogLevel=ERROR",
        .. keep
            ? (IEnumerable<string>)["ControlMaster=auto", ControlPath, FormattableString.Invariant($"ControlPersist={Math.Max(1, (int)_options.KeepOpen.TotalSeconds)}")]
            : ["ControlMaster=no", "ControlPath=none"],
    ];

    private string ControlPath => $"ControlPath={_options.ControlFolder}/%C";

    /// <summary>The kept connection was refused before a session was opened on it, so nothing has run yet.</summary>
    private static bool NeverOpened(CommandResult result) =>
        result is { Status: CommandStatus.Exited, ExitCode: NoConnection }
        && !result.Error.Contains(RemoteScript.Here, StringComparison.Ordinal)
        && (result.Error.Contains("Control socket connect", StringComparison.OrdinalIgnoreCase)
            || result.Error.Contains("ControlSocket", StringComparison.OrdinalIgnoreCase)
            || result.Error.Contains("ControlPath", StringComparison.OrdinalIgnoreCase)
            || result.Error.Contains("master hello", StringComparison.OrdinalIgnoreCase)
            || result.Error.Contains("hello_exchange", StringComparison.OrdinalIgnoreCase)
            || result.Error.Contains("Session open refused", StringComparison.OrdinalIgnoreCase));

    /// <summary>Has the kept connection take no new commands; where even that hangs, its socket is removed.</summary>
    private async Task ForgetConnectionAsync()
    {
        string[] ask = _options.ConfigFile is { } file ? ["-F", file] : [];
        var ended = await _programs.RunAsync(new CommandRequest("ssh.forget", _options.Program, [.. ask, "-o", ControlPath, "-O", "stop", "--", _destination], null, TimeSpan.FromSeconds(1), 1_000), CancellationToken.None);
        if (ended is { Status: CommandStatus.Exited, ExitCode: 0 } || await SocketAsync(ask) is not { } socket)
        {
            return;
        }

        try
        {
            File.Delete(socket);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process of ours was faster, or the folder is gone: either way nothing hangs on it now.
        }
    }

    /// <summary>The path of this host's socket, as ssh works it out.</summary>
    private async Task<string?> SocketAsync(string[] ask)
    {
        var resolved = await _programs.RunAsync(new CommandRequest("ssh.resolve", _options.Program, [.. ask, "-G", "-o", ControlPath, "--", _destination], null, TimeSpan.FromSeconds(2), 60_000), CancellationToken.None);
        var path = resolved.Output.Split('\n').FirstOrDefault(l => l.StartsWith("controlpath ", StringComparison.OrdinalIgnoreCase))?["controlpath ".Length..].Trim();
        return path is not null && _options.ControlFolder is { } folder && path.StartsWith(folder + "/", StringComparison.Ordinal) && !path.Contains('%') ? path : null;
    }

    private CommandResult Read(CommandResult result, CommandRequest request)
    {
        var error = WithoutMark(result.Error, out var here);
        if (result.Status == CommandStatus.NotFound)
        {
            return result with { Status = CommandStatus.Exited, ExitCode = NoConnection, Error = $"{_name}: the program ssh is not installed here" };
        }

        if (result.Status == CommandStatus.TimedOut)
        {
            return result with { Error = here ? error : $"{_name}: no answer within {request.Timeout.TotalSeconds:0.#} s" };
        }

        if (result.Status != CommandStatus.Exited)
        {
            return result with { Error = error };
        }

        if (!here)
        {
            return result.ExitCode == NoConnection
                ? result with { Error = SshTrouble.Sentence(_name, _destination, error) }
                : result with { ExitCode = NoConnection, Error = $"{_name}: the account there runs no commands: {SafeText.Line(Redaction.Apply((error + result.Output).Trim()), 200)}" };
        }

        return result.ExitCode switch
        {
            127 when error.Contains(RemoteScript.NoProgram, StringComparison.Ordinal) => new CommandResult(CommandStatus.NotFound, -1, "", $"{request.Program}: not found on {_name}", 0),
            126 when request.Program != "sh" => result with { Status = CommandStatus.Refused, ExitCode = -1, Error = error },
            _ => result with { Error = error },
        };
    }

    private static string WithoutMark(string error, out bool here)
    {
        var at = error.IndexOf(RemoteScript.Here, StringComparison.Ordinal);
        here = at >= 0;
        return here ? (error[..at] + error[(at + RemoteScript.Here.Length)..].TrimStart('\r').TrimStart('\n')) : error;
    }
}

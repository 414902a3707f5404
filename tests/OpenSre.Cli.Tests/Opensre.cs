using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OpenSre.Tests.Cli;

/// <summary>How the program ended.</summary>
internal sealed record Ended(int Code, string Output, string Errors);

/// <summary>Starts the real program with pipes, as a script would.</summary>
internal sealed partial class Opensre : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public Opensre() => Directory.CreateDirectory(Home);

    /// <summary>A folder of its own for every test: home and working directory at once.</summary>
    public string Home { get; } = Directory.CreateTempSubdirectory("opensre-cli-").FullName;

    /// <summary>Variables the program gets besides those of the tests.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Programs here are found before those of the machine.</summary>
    public string Bin => Path.Combine(Home, "bin");

    /// <summary>The variables of a program on a terminal of its own, with no model and nothing of this machine's home.</summary>
    public Dictionary<string, string?> OnTerminal(params (string Name, string? Value)[] extra)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OPENSRE_HOME"] = Path.Combine(Home, "home"),
            ["HOME"] = Home,
            ["TERM"] = "xterm-256color",
            ["NO_COLOR"] = null,
            ["CI"] = null,
            ["DOCKER_HOST"] = null,
            ["OPENSRE_MODEL"] = "none",
        };
        foreach (var (name, value) in extra)
        {
            environment[name] = value;
        }

        return environment;
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);

    /// <summary>Runs to the end; <paramref name="input"/> is all of standard input.</summary>
    public async Task<Ended> RunAsync(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program did not want all of it.
        }

        return await EndAsync(process, output, errors);
    }

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Home,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "opensre.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OPENSRE_HOME"] = Path.Combine(Home, "home");
        start.Environment.Remove("DOCKER_HOST");
        start.Environment["OPENSRE_MODEL"] = "none";
        start.Environment["PATH"] = Bin + ":" + Environment.GetEnvironmentVariable("PATH");

        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static async Task<Ended> EndAsync(Process process, Task<string> output, Task<string> errors)
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The program did not end within {Patience}.", e);
        }

        return new Ended(process.ExitCode, await output, await errors);
    }

    /// <summary>Sends a signal: 2 is SIGINT, 15 is SIGTERM.</summary>
    public static void Signal(Process process, int signal) => Assert.Equal(0, Kill(process.Id, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

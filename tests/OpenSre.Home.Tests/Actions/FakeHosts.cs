using OpenSre.Core;

namespace OpenSre.Home.Tests.Actions;

/// <summary>Hosts made of looks; commands change them as the real ones would, and are written down.</summary>
internal sealed class FakeHosts(TimeProvider time) : IHostReader, IHostRunners, ICommandRunner
{
    public List<string> Ran { get; } = [];

    public List<CommandRequest> Requests { get; } = [];

    public HostReading Look { get; set; } = Looks.Well("nas", time.GetUtcNow());

    /// <summary>What a command does besides being noted: its result, or null for the usual.</summary>
    public Func<CommandRequest, CommandResult?>? Instead { get; set; }

    public IReadOnlyList<string> Hosts => ["nas"];

    public int Reads { get; private set; }

    public Action? OnRead { get; set; }

    public Task<HostReading> ReadAsync(string host, CancellationToken cancellation)
    {
        Reads++;
        OnRead?.Invoke();
        return Task.FromResult(Look with { At = time.GetUtcNow() });
    }

    public HostReading? Latest(string host) => host == "nas" ? Look : null;

    public ICommandRunner For(string host) => host == "nas" ? this : throw new ArgumentException(host);

    public Task<CommandResult> RunAsync(CommandRequest request, CancellationToken cancellation)
    {
        Requests.Add(request);
        Ran.Add(string.Join(' ', [request.Program, .. request.Arguments]));
        if (Instead?.Invoke(request) is { } result)
        {
            return Task.FromResult(result);
        }

        if (request is { Program: "docker", Arguments: [var verb, var name] })
        {
            Look = Look.With(name, c => verb == "stop" ? c with { State = "exited", Health = null } : c with { State = "running", Health = "healthy", OomKilled = false });
        }
        else if (request is { Program: "systemctl", Arguments: ["restart", "--", var unit] })
        {
            Look = Look with { FailedUnits = [.. Look.FailedUnits!.Where(u => u != unit)] };
        }
        else if (request is { Program: "docker", Arguments: ["image", ..] } or { Program: "journalctl" })
        {
            Look = Look.Disk(60);
        }
        else if (request is { Program: "systemctl", Arguments: ["reboot"] })
        {
            Look = Look with { Uptime = TimeSpan.FromSeconds(20) };
        }

        return Task.FromResult(Done());
    }

    public static CommandResult Done(int exit = 0, string error = "") => new(CommandStatus.Exited, exit, "", error, 0);
}

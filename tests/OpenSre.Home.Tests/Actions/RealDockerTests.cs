using System.Diagnostics;
using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Home.Tests.Actions;

/// <summary>Restart and stop of a real container, where there is a Docker with an image to make one of.</summary>
public sealed class RealDockerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-docker").FullName;
    private readonly string _name = $"opensre-test-{Environment.ProcessId}";

    public void Dispose()
    {
        Docker("rm", "-f", _name);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_real_container_is_restarted_and_stopped_after_its_approval()
    {
        Assert.SkipUnless(Docker("version", "--format", "{{.Server.Version}}").Code == 0, "no Docker daemon answers here");
        var image = Docker("images", "--format", "{{.Repository}}:{{.Tag}}").Output.Split('\n').FirstOrDefault(i => i.StartsWith("busybox", StringComparison.Ordinal) || i.StartsWith("alpine", StringComparison.Ordinal));
        Assert.SkipUnless(image is not null, "no image busybox or alpine is here, and none is fetched");
        Assert.Equal(0, Docker("run", "-d", "--name", _name, image!, "sleep", "600").Code);

        var desk = new Desk(_folder);
        var runner = new PlanRunner(desk.Plans, desk.Options, desk.Hosts, new Local(), desk.Time);
        var skill = new ApprovalSkill(desk.Plans, runner, desk.Hosts.Latest, _ => true, "bot", desk.Time);
        desk.Hosts.OnRead = () => desk.Hosts.Look = desk.Hosts.Look with { Containers = [Seen()] };
        desk.Hosts.OnRead();
        var started = Docker("inspect", "--format", "{{.State.StartedAt}}", _name).Output;
        foreach (var verb in new[] { "restart", "stop" })
        {
            desk.Time.Advance(TimeSpan.FromMinutes(20));
            var plan = await desk.AskAsync($"{verb} {_name}");
            Assert.NotNull(skill.TryAnswer(desk.Message($"approve {plan.Code}")));
            await skill.Running;
            Assert.Equal(PlanState.Fixed, plan.State);
        }

        Assert.NotEqual(started, Docker("inspect", "--format", "{{.State.StartedAt}}", _name).Output);
        Assert.Equal("false", Docker("inspect", "--format", "{{.State.Running}}", _name).Output);
    }

    private ContainerReading Seen()
    {
        var running = Docker("inspect", "--format", "{{.State.Running}}", _name).Output == "true";
        return Looks.Container(_name) with { State = running ? "running" : "exited", Health = null, Status = "Up 1 minute", RestartPolicy = "no" };
    }

    private static (int Code, string Output) Docker(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var output = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            process.WaitForExit();
            return (process.ExitCode, output.GetAwaiter().GetResult().Trim());
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (127, "");
        }
    }

    private sealed class Local : IHostRunners
    {
        public ICommandRunner For(string host) => new LocalCommandRunner();
    }
}

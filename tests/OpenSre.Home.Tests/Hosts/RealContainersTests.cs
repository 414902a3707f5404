using OpenSre.Sources;
using OpenSre.Tests.Docker;
using OpenSre.Tests.Ssh;

namespace OpenSre.Home.Tests.Hosts;

/// <summary>A real Docker engine, behind a real sshd.</summary>
public sealed class RealContainersTests(RealEngine engine)
{
    [Fact]
    public async Task Containers_in_every_state_are_what_they_are()
    {
        var stop = TestContext.Current.CancellationToken;
        using var servers = new SshServers();
        servers.Need();
        await engine.NeedAsync();
        servers.Start("sagan", environment: $"DOCKER_HOST=unix://{engine.Socket}");
        HostSettings[] hosts = [new("sagan", "sagan")];
        using var runners = new HostRunners(hosts, new SshOptions { ConfigFile = servers.Config });
        await using var reader = new HostReader(hosts, runners, TimeSpan.FromSeconds(60));
        ContainerReading Named(string name) => reader.Latest("sagan")!.Containers.Single(c => c.Name == engine.Prefix + name);
        for (var i = 0; i < 30; i++)
        {
            var reading = await reader.ReadAsync("sagan", stop);
            Assert.Null(reading.Problem);
            Assert.True(reading.HasDocker);
            Assert.False(reading.Missing.ContainsKey("containers"), reading.Missing.GetValueOrDefault("containers"));
            if (Named("api").Health == "unhealthy" && Named("web").Health == "healthy" && Named("flappy").Restarts > 0)
            {
                break;
            }

            await Task.Delay(500, stop);
        }

        Assert.Equal(("running", "healthy"), (Named("web").State, Named("web").Health));
        Assert.Equal(("running", "unhealthy"), (Named("api").State, Named("api").Health));
        Assert.True(Named("api").FailingStreak > 0);
        Assert.Equal(("exited", 137, true), (Named("leaky").State, Named("leaky").ExitCode, Named("leaky").OomKilled));
        Assert.Equal(("exited", 3, null), (Named("job").State, Named("job").ExitCode, Named("job").Health));
        Assert.Equal("paused", Named("cron").State);
        Assert.True(Named("flappy").Restarts > 0);
        Assert.Equal("always", Named("flappy").RestartPolicy);

        var skill = new QuickSkill(reader, hosts, TimeSpan.FromMinutes(5));
        List<string> said = [];
        await foreach (var text in skill.TryAnswer(new ChatMessage("c", "s", 1, "what containers are unhealthy on sagan?"))!)
        {
            said.Add(text);
        }

        Assert.Contains(engine.Prefix + "api Up", Assert.Single(said), StringComparison.Ordinal);
        Assert.DoesNotContain(engine.Prefix + "web", said[0], StringComparison.Ordinal);
    }
}

namespace OpenSre.Home.Tests;

public class HomeConfigTests
{
    private const string Yaml = """
        model: none
        home:
          zone: Europe/Vienna
          signal:
            service: signal.lan:8080
          people:
            - name: Anna
              uuid: 0A1B2C3D-0000-4000-8000-000000000001
              operator: true
            - { name: Ben, uuid: 0a1b2c3d-0000-4000-8000-000000000002 }
          groups:
            - { id: "Mg8LQTdaZJs8+LJCrtQgblqHx+xI2dX9JJ8hVA2kqt8=", name: Ops }
          hosts:
            atom: local
            sagan:
              ssh: admin@sagan.local
              aliases: [NAS]
              containers: [mosquitto, ring-mqtt]
              backups:
                - { name: nightly, path: /srv/backup/nightly, max_age: 26h }
          quiet_hours: { from: 22:00, to: 07:00 }
          digest_at: 07:30
          protected: [plex]
          rules:
            disk: { warning: 80, for: 10m }
            cpu: { off: true }
          runbook:
            - { name: renew, host: sagan, command: [certbot, renew], check: [certbot, certificates], timeout: 5m, risk: high }
          listen: { address: "127.0.0.1:8092", webhook: /signal/qqq }
          timeouts: { host: 5s }
        """;

    private static HomeConfig Read(string yaml, params (string Name, string Value)[] variables)
    {
        var map = variables.ToDictionary(v => v.Name, v => v.Value);
        return HomeConfigReader.Parse(yaml, "config.yaml", "/h", map.GetValueOrDefault, map.Keys);
    }

    [Theory]
    [InlineData("home:\n  hosts:\n    - atom\n", "hosts is a list")]
    [InlineData("home:\n  people:\n    anna: { uuid: x }\n", "people must be a list")]
    public void A_list_in_place_of_names_and_the_reverse_are_said_and_not_passed_over(string yaml, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<InvalidDataException>(() => HomeConfigReader.Parse(yaml, "config.yaml", "/tmp/none", _ => null, [])).Message, StringComparison.Ordinal);

    [Fact]
    public void Everything_written_is_read()
    {
        var config = Read(Yaml, ("SIGNAL_PHONE", "+15550100000"));
        Assert.Equal("http://signal.lan:8080/", config.Signal!.Service.AbsoluteUri);
        Assert.Equal("+15550100000", config.Signal.Phone.Reveal());
        Assert.Equal(["0a1b2c3d-0000-4000-8000-000000000001"], config.NoticesTo);
        Assert.Equal("group.TWc4TFFUZGFaSnM4K0xKQ3J0UWdibHFIeCt4STJkWDlKSjhoVkEya3F0OD0=", config.Groups[0].Id);
        Assert.True(config.Hosts[0].IsLocal);
        var sagan = config.Hosts[1];
        Assert.Equal("admin@sagan.local", sagan.Ssh);
        Assert.Equal(["nas"], sagan.Aliases);
        Assert.Equal(new BackupSettings("nightly", "/srv/backup/nightly", TimeSpan.FromHours(26)), sagan.Backups[0]);
        Assert.True(config.QuietHours!.Contains(new TimeOnly(23, 0)));
        Assert.True(config.QuietHours.Contains(new TimeOnly(6, 59)));
        Assert.False(config.QuietHours.Contains(new TimeOnly(7, 0)));
        Assert.Contains("plex", config.Protected);
        Assert.Contains("mosquitto", config.Protected);
        Assert.Equal(new RuleSettings(false, 80, null, TimeSpan.FromMinutes(10)), config.Rules["disk"]);
        Assert.True(config.Rules["cpu"].Off);
        Assert.True(config.Runbook[0].IsHighRisk);
        Assert.Equal("/signal/qqq", config.Listen!.WebhookPath);
        Assert.Equal(TimeSpan.FromSeconds(5), config.Timeouts.HostProbe);
        Assert.Equal("Europe/Vienna", config.Zone.Id);
    }

    [Fact]
    public void The_variables_of_an_env_file_alone_make_a_home()
    {
        var config = Read("", ("SIGNAL_PHONE", "+15550100000"), ("SIGNAL_SERVICE", "sagan.local:8080"), ("HA_URL", "https://ha.lan"), ("HA_TOKEN", "tok"), ("SSH_BLACKEST", "blackest.local"), ("SSH_SAGAN", "pi@sagan.local"), ("SSH_AUTH_SOCK", "/run/agent"), ("CLAUDE_MD_PATHS", "/a/CLAUDE.md,/b/CLAUDE.md"));
        Assert.Equal("sagan.local", config.Signal!.Service.Host);
        Assert.Equal("tok", config.HomeAssistant!.Token.Reveal());
        Assert.Equal(["/a/CLAUDE.md", "/b/CLAUDE.md"], config.NotePaths);
        Assert.True(config.Hosts[0].IsLocal);
        Assert.Equal([("blackest", "blackest.local"), ("sagan", "pi@sagan.local")], config.Hosts.Skip(1).Select(h => (h.Name, h.Ssh!)));
    }

    [Fact]
    public void Secrets_are_not_printed()
    {
        var printed = Read("", ("SIGNAL_PHONE", "+15550100000"), ("SIGNAL_API_TOKEN", "abcdef"), ("HA_URL", "https://ha.lan"), ("HA_TOKEN", "tok-secret")).ToString();
        Assert.DoesNotContain("15550100000", printed);
        Assert.DoesNotContain("abcdef", printed);
        Assert.DoesNotContain("tok-secret", printed);
        Assert.Contains("[secret]", printed);
    }

    [Theory]
    [InlineData("home: { hosts: { \"-oProxyCommand=x\": local } }", "a host is not called")]
    [InlineData("home: { hosts: { nas: { ssh: \"-oProxyCommand=touch /tmp/x\" } } }", "nothing ssh is given")]
    [InlineData("home: { hosts: { nas: { ssh: nas, containers: [\"$(reboot)\"] } } }", "a container is not called")]
    [InlineData("home: { hosts: { nas: { ssh: nas, logs: [/var/log/../../etc/passwd] } } }", "no .. in it")]
    [InlineData("home: { people: [ { name: x, uuid: \"+15550100000\" } ] }", "a uuid is written")]
    [InlineData("home: { listen: { address: \"0.0.0.0:80\" } }", "on this machine alone")]
    [InlineData("home: { signal: { phone: \"+15550100000\" } }", "must name an environment variable")]
    [InlineData("home: { home_assistant: { url: \"http://ha\" } }", "needs a token")]
    [InlineData("home: { zone: Mars/Base }", "no time zone")]
    [InlineData("home: { runbook: [ { name: x, host: nowhere, command: [a] } ] }", "no host nowhere")]
    public void What_cannot_be_used_is_refused_with_a_sentence(string yaml, string says)
    {
        var e = Assert.Throws<InvalidDataException>(() => Read(yaml));
        Assert.Contains(says, e.Message);
    }

    [Fact]
    public void An_env_file_is_read_as_it_is_and_the_environment_wins()
    {
        var values = DotEnv.Parse("# c\nexport A=1\nB='x # y' # z\nC=\"q\"\nD=a#b # c\nbroken\n=x\nA=2\r\n");
        Assert.Equal(["A=2", "B=x # y", "C=q", "D=a#b"], values.Select(v => $"{v.Key}={v.Value}"));
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, "A=file\nB=file\n");
        try
        {
            var look = DotEnv.Over(name => name == "A" ? "given" : null, path);
            Assert.Equal("given", look("A"));
            Assert.Equal("file", look("B"));
            Assert.Null(look("C"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_paired_are_added_and_the_configuration_wins()
    {
        const string A = "aaaaaaaa-0000-4000-8000-000000000001";
        const string C = "cccccccc-0000-4000-8000-000000000003";
        var folder = Directory.CreateTempSubdirectory("opensre-people").FullName;
        try
        {
            PeopleFile.Add(folder, new Person("Cleo", C, true));
            PeopleFile.Add(folder, new Person("Anna", A, true));
            PeopleFile.Add(folder, new Person("Cleo B", C, true));
            var all = PeopleFile.Merge([new Person("Anna", A, false)], PeopleFile.Load(folder));
            Assert.Equal([("Anna", false), ("Cleo B", true)], all.Select(p => (p.Name, p.IsOperator)));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "people.json")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

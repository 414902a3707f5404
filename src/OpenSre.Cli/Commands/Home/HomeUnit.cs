namespace OpenSre.Cli;

/// <summary><c>opensre home unit</c>: a systemd unit for the person's own service manager.</summary>
internal static class HomeUnit
{
    public static int Write(string? envFile, TextWriter output)
    {
        var program = string.Join(' ', (ThisProgram.Words ?? ["opensre"]).Select(Quoted));

        // A service begins in another folder than this one, so what lies here is named in full.
        var secrets = envFile is not null || Path.GetDirectoryName(HomeSetup.EnvFile(null)) != HomeFolder.Path ? $" --env {Quoted(Path.GetFullPath(HomeSetup.EnvFile(envFile)))}" : "";
        var runtime = Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root ? $"\nEnvironment={Quoted("DOTNET_ROOT=" + root)}" : "";
        output.Write($"""
            # Save as ~/.config/systemd/user/opensre-home.service, then:
            #   systemctl --user daemon-reload && systemctl --user enable --now opensre-home && loginctl enable-linger
            [Unit]
            Description=OpenSRE home assistant
            Wants=network-online.target
            After=network-online.target

            [Service]
            ExecStart={program} home{secrets}
            Environment={Quoted("OPENSRE_HOME=" + HomeFolder.Path)}{runtime}
            Restart=always
            RestartSec=5
            # Two of them would answer twice; the second ends at once with 2 and is not tried again.
            RestartPreventExitStatus=2
            KillSignal=SIGTERM
            TimeoutStopSec=20
            NoNewPrivileges=yes
            LockPersonality=yes
            RestrictRealtime=yes
            UMask=0077

            [Install]
            WantedBy=default.target

            """);
        return ExitCodes.Done;
    }

    /// <summary>A word as systemd reads it.</summary>
    private static string Quoted(string word)
    {
        var escaped = word.Replace("%", "%%", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal);
        return escaped.AsSpan().ContainsAny(" \"\\'") ? "\"" + escaped.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"" : escaped;
    }
}

namespace OpenSre.Cli;

/// <summary><c>opensre home unit</c>: a systemd unit for the person's own service manager.</summary>
internal static class HomeUnit
{
    public static int Write(string? envFile, TextWriter output)
    {
        var program = Environment.ProcessPath ?? "opensre";
        var start = envFile is null ? $"{Quoted(program)} home" : $"{Quoted(program)} home --env {Quoted(Path.GetFullPath(envFile))}";
        output.Write($"""
            # Save as ~/.config/systemd/user/opensre-home.service, then:
            #   systemctl --user daemon-reload && systemctl --user enable --now opensre-home && loginctl enable-linger
            [Unit]
            Description=OpenSRE home assistant
            Wants=network-online.target
            After=network-online.target

            [Service]
            ExecStart={start}
            Environment={Quoted("OPENSRE_HOME=" + HomeFolder.Path)}
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

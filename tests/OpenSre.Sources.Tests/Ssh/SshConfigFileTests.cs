using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Ssh;

public class SshConfigFileTests
{
    [Fact]
    public void Names_are_read_patterns_are_not_and_includes_are_followed()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("conf.d"));
        folder.Write("conf.d/b.conf", "Host nas\n  HostName 10.0.0.2\nInclude conf.d/a.conf\n");
        folder.Write("conf.d/a.conf", "Host=lab\nInclude config\n");
        var config = folder.Write("config", """
            # Host hidden
            Include conf.d/*.conf
            Host sagan "black est" blackest !not *.lan web-?
              HostName sagan.local
            host Atom sagan
            Host -oProxyCommand=x
            Match host foo
            """);
        Assert.Equal(["lab", "nas", "sagan", "blackest", "Atom"], SshConfigFile.Aliases(config));
    }

    [Fact]
    public void Without_a_file_there_are_none() => Assert.Empty(SshConfigFile.Aliases("/nonexistent/config"));

    [Fact]
    public void A_control_folder_is_made_private_and_a_link_or_a_long_path_is_none()
    {
        using var folder = new TempFolder();
        var control = folder.File("c");
        Directory.CreateDirectory(control, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Assert.True(SshControlFolder.Prepare(control));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(control));
        Directory.CreateSymbolicLink(folder.File("l"), control);
        Assert.False(SshControlFolder.Prepare(folder.File("l")));
        Assert.False(SshControlFolder.Prepare(folder.File(new string('x', 60))));
    }
}

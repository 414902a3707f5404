using System.Diagnostics;

namespace OpenSre.Tests.Cli;

/// <summary>A filesystem of one mebibyte at a folder, to be filled; only for who may mount.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    private string Ballast => Path.Combine(_path, "ballast");

    public static async Task<SmallDisk> MountAsync(string path)
    {
        Directory.CreateDirectory(path);
        var (code, said) = await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", path);
        Assert.SkipWhen(code != 0, $"no filesystem may be mounted here: {said}");
        return new SmallDisk(path);
    }

    /// <summary>Takes the last byte of it.</summary>
    public async Task FillAsync()
    {
        await RunAsync("dd", "if=/dev/zero", $"of={Ballast}", "bs=4096");
        using var probe = new FileStream(Path.Combine(_path, "probe"), FileMode.Create, FileAccess.Write, FileShare.None, 0);
        Assert.Throws<IOException>(() => probe.Write(new byte[4096]));
    }

    public void Empty() => File.Delete(Ballast);

    public async ValueTask DisposeAsync() => await RunAsync("umount", "--lazy", _path);

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            var said = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, (await said).Trim());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}

using System.Diagnostics;
using Npgsql;

namespace OpenSre.Tests.Server;

/// <summary>A real PostgreSQL of its own, on a Unix socket in a folder of its own, or a reason why there is none.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "opensre-pg-" + Guid.NewGuid().ToString("N")[..8]);
    private Process? _process;
    private string _missing = "";
    private int _databases;

    public async ValueTask InitializeAsync()
    {
        var programs = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault() : null;
        if (programs is null)
        {
            _missing = "PostgreSQL is not installed: apt-get install postgresql";
            return;
        }

        Directory.CreateDirectory(_folder);
        var isRoot = Environment.UserName == "root";
        if (isRoot)
        {
            // It does not run as root; its package brings a user.
            if (await RunAsync("chown", "postgres", _folder) != 0)
            {
                _missing = "PostgreSQL does not run as root, and there is no user postgres";
                return;
            }
        }

        string[] AsUser(params string[] command) => isRoot ? ["runuser", "-u", "postgres", "--", .. command] : command;
        var data = Path.Combine(_folder, "data");
        var init = AsUser(Path.Combine(programs, "initdb"), "-D", data, "-U", "opensre", "--auth=trust", "--no-sync", "-E", "UTF8");
        Assert.Equal(0, await RunAsync(init[0], init[1..]));
        var start = AsUser(Path.Combine(programs, "postgres"), "-D", data, "-k", _folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200");
        _process = Process.Start(new ProcessStartInfo(start[0], start[1..]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        for (var i = 0; ; i++)
        {
            try
            {
                await SqlAsync("SELECT 1");
                return;
            }
            catch (NpgsqlException) when (i < 200)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>The connection string of a database nobody has used, or the test skips.</summary>
    public async Task<string> DatabaseAsync()
    {
        Assert.SkipWhen(_missing.Length > 0, _missing);
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await SqlAsync($"CREATE DATABASE {name}");
        return $"Host={_folder};Username=opensre;Database={name};Maximum Pool Size=12";
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_process is not null)
        {
            await RunAsync("kill", "-QUIT", (await File.ReadAllLinesAsync(Path.Combine(_folder, "data", "postmaster.pid")))[0]);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"Host={_folder};Username=opensre;Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}

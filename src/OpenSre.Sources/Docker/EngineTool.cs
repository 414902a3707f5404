using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>docker.info</c>: the engine itself: version, storage, what it warns of, and what takes up its disk.</summary>
internal sealed class EngineTool(ICommandRunner runner, DockerOptions options, TimeProvider time) : IEvidenceTool
{
    /// <summary>Measuring takes long on a big engine; the rest is worth having without it.</summary>
    private static readonly TimeSpan DiskTime = TimeSpan.FromSeconds(10);

    public ToolDescription Description { get; } = new(
        "docker.info",
        "Shows the Docker engine: version, storage driver and folder, cgroups, warnings, and the disk space of images, containers, volumes and build cache.",
        [],
        TimeSpan.FromSeconds(20),
        20_000,
        Cost: 3);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var call = new DockerCall(runner, options, Description, time);
        var info = await call.AskAsync("/info", ["info", "--format", "{{json .}}"], cancellation);
        if (info.Failure is { } failure)
        {
            return failure;
        }

        if (info.Json is not { ValueKind: JsonValueKind.Object } engine)
        {
            return new ToolResult(ToolStatus.Failed, "", "Docker's description of itself cannot be read: it is no JSON.");
        }

        var version = await call.AskAsync("/version", ["version", "--format", "{{json .Server}}"], cancellation);
        var disk = await call.AskAsync("/system/df", ["system", "df", "--format", "{{json .}}"], cancellation, DiskTime);
        var note = disk.Failure is null ? "" : disk.Failure.Status == ToolStatus.TimedOut ? $"Disk usage took longer than {DiskTime.TotalSeconds:0} s and was left out." : disk.Failure.Note;
        var lines = Engine(engine, version.Json ?? default).Concat(disk.Failure is not null ? [] : disk.FromProgram ? DiskByProgram(disk.Text) : Disk(disk.Json ?? default));
        return CommandTool.Ok(Description, string.Join('\n', lines) + "\n", note);
    }

    private static IEnumerable<string> Engine(JsonElement info, JsonElement version)
    {
        yield return new RecordLine("engine").Add("state", "running").Add("version", info.TextAt("ServerVersion")).Add("api", version.TextAt("ApiVersion") ?? version.TextAt("APIVersion"))
            .Add("host", info.TextAt("Name")).Add("os", info.TextAt("OperatingSystem")).Add("kernel", info.TextAt("KernelVersion"))
            .Add("cpus", info.NumberAt("NCPU")).Add("memory", info.NumberAt("MemTotal")).Add("live_restore", info.FlagAt("LiveRestoreEnabled")).ToString();
        yield return new RecordLine("containers").Add("total", info.NumberAt("Containers")).Add("running", info.NumberAt("ContainersRunning"))
            .Add("paused", info.NumberAt("ContainersPaused")).Add("stopped", info.NumberAt("ContainersStopped")).Add("images", info.NumberAt("Images")).ToString();
        yield return new RecordLine("storage").Add("driver", info.TextAt("Driver")).Add("folder", info.TextAt("DockerRootDir")).Add("cgroup_driver", info.TextAt("CgroupDriver"))
            .Add("cgroup_version", info.TextAt("CgroupVersion")).Add("log_driver", info.TextAt("LoggingDriver")).ToString();
        foreach (var warning in info.TextsAt("Warnings"))
        {
            yield return new RecordLine("warning").Text(warning);
        }
    }

    /// <summary>Bytes by kind; reclaimable is what nothing uses.</summary>
    private static IEnumerable<string> Disk(JsonElement disk)
    {
        var images = disk.ItemsAt("Images").ToList();
        var unused = images.Where(i => i.NumberAt("Containers") == 0).ToList();
        yield return Usage("images", images.Count, images.Count - unused.Count, disk.NumberAt("LayersSize"), unused.Sum(i => Math.Max(0, (i.NumberAt("Size") ?? 0) - Math.Max(0, i.NumberAt("SharedSize") ?? 0))));
        var containers = disk.ItemsAt("Containers").ToList();
        var stopped = containers.Where(c => c.TextAt("State") is not ("running" or "paused" or "restarting")).ToList();
        yield return Usage("containers", containers.Count, containers.Count - stopped.Count, containers.Sum(c => c.NumberAt("SizeRw") ?? 0), stopped.Sum(c => c.NumberAt("SizeRw") ?? 0));
        var volumes = disk.ItemsAt("Volumes").ToList();
        var free = volumes.Where(v => v.NumberAt("UsageData", "RefCount") == 0).ToList();
        yield return Usage("volumes", volumes.Count, volumes.Count - free.Count, volumes.Sum(Size), free.Sum(Size));
        var cache = disk.ItemsAt("BuildCache").ToList();
        var idle = cache.Where(c => c.FlagAt("InUse") != true && c.FlagAt("Shared") != true).ToList();
        yield return Usage("build_cache", cache.Count, cache.Count(c => c.FlagAt("InUse") == true), cache.Where(c => c.FlagAt("Shared") != true).Sum(c => c.NumberAt("Size") ?? 0), idle.Sum(c => c.NumberAt("Size") ?? 0));

        static long Size(JsonElement volume) => Math.Max(0, volume.NumberAt("UsageData", "Size") ?? 0);
    }

    private static IEnumerable<string> DiskByProgram(string text) => JsonReading.ParseLines(text, out _).Select(line => Usage(
        (line.TextAt("Type") ?? "").ToLowerInvariant() switch { "local volumes" => "volumes", var type => type.Replace(' ', '_') },
        long.TryParse(line.TextAt("TotalCount"), out var count) ? count : null,
        long.TryParse(line.TextAt("Active"), out var active) ? active : null,
        HumanSize.Parse(line.TextAt("Size")),
        // "1.2GB (40%)"
        HumanSize.Parse(line.TextAt("Reclaimable")?.Split(' ')[0])));

    private static string Usage(string kind, long? count, long? active, long? size, long? reclaimable) =>
        new RecordLine("disk_usage").Add("kind", kind).Add("count", count).Add("in_use", active).Add("size", size).Add("reclaimable", reclaimable).ToString();
}

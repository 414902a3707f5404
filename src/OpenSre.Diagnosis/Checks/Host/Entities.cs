using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>How the checks name things, so that two checks that mean the same thing say the same.</summary>
public static class Entities
{
    public static Entity Service(string name) => new(EntityKind.Service, name);

    public static Entity Container(string name) => new(EntityKind.Container, name);

    public static Entity Filesystem(string mount) => new(EntityKind.Filesystem, mount);

    public static Entity Device(string name) => new(EntityKind.Device, name);

    public static Entity LocalPort(string port) => new(EntityKind.Endpoint, $"127.0.0.1:{port}");

    /// <summary>An address with a port; all spellings of this machine become one.</summary>
    public static Entity Endpoint(string address)
    {
        var port = PortOf(address);
        var host = address.Length > port.Length ? address[..^(port.Length + 1)].Trim('[', ']') : address;
        return new Entity(EntityKind.Endpoint, host is "localhost" or "::1" or "0.0.0.0" or "::" or "*" or "::ffff:127.0.0.1" ? $"127.0.0.1:{port}" : $"{host}:{port}");
    }

    /// <summary>
    /// An endpoint as what speaks of it sees it: the loopback of a container is not that of the machine, unless they share
    /// their network. Written <c>CONTAINER/127.0.0.1:PORT</c>.
    /// </summary>
    public static Entity? SeenFrom(CheckContext context, Entity source, Entity? endpoint) =>
        endpoint is not null && source.Kind == EntityKind.Container && endpoint.Name.StartsWith("127.", StringComparison.Ordinal)
            && !context.Records("docker.containers", "container").Concat(context.Records("docker.inspect", "container")).Any(c => c["name"] == source.Name && c["network"] == "host")
            ? new Entity(EntityKind.Endpoint, $"{source.Name}/{endpoint.Name}") : endpoint;

    /// <summary>Whether an endpoint can be reached from inside one container alone.</summary>
    public static bool IsInside(Entity endpoint) => endpoint.Kind == EntityKind.Endpoint && endpoint.Name.Contains("/127.", StringComparison.Ordinal);

    /// <summary>Whether what should answer at an endpoint is on this machine, so that it could be looked at.</summary>
    public static bool IsHere(CheckContext context, Entity endpoint)
    {
        var host = endpoint.Name.Contains(':', StringComparison.Ordinal) ? endpoint.Name[..endpoint.Name.LastIndexOf(':')] : endpoint.Name;
        return IsInside(endpoint) || host.StartsWith("127.", StringComparison.Ordinal) || host.Equals(context.HostName, StringComparison.OrdinalIgnoreCase)
            || context.Records("host.overview", "address").Any(a => a["ip"] == host);
    }

    /// <summary>The service or container of this machine that should answer at an endpoint; null when it is not known.</summary>
    public static Entity? Behind(CheckContext context, Entity endpoint) =>
        endpoint.Kind != EntityKind.Endpoint ? null
            : context.Relations.Where(r => r.From == endpoint && r.To.Kind is EntityKind.Service or EntityKind.Container && ServiceState.Of(context, r.To) is not null).Select(r => r.To).FirstOrDefault();

    public static string PortOf(string address) => address[(address.LastIndexOf(':') + 1)..];

    /// <summary>What a probe calls the owner of a process: a service, or "container:ID".</summary>
    public static Entity Owner(string service) =>
        service.StartsWith("container:", StringComparison.Ordinal) ? Container(service[10..]) : Service(service);

    /// <summary>The owner of a process or cgroup record: its service, else the named process, else the cgroup's last part.</summary>
    public static Entity OwnerOf(Record record)
    {
        if (record["service"].Length > 0)
        {
            return Owner(record["service"]);
        }

        if (record["name"].Length > 0)
        {
            return Service(record["name"]);
        }

        var process = record["procs"].Split(',')[0].Split(':')[0];
        return Service(process.Length > 0 ? process : record["path"].TrimEnd('/').Split('/')[^1]);
    }

    /// <summary>The filesystem a path is on, by the longest mount point that leads to it; null while mounts are unknown.</summary>
    public static Entity? MountOf(CheckContext context, string path)
    {
        if (!path.StartsWith('/'))
        {
            return null;
        }

        var best = "";
        foreach (var record in context.Records("host.disk", "filesystem"))
        {
            var mount = record["mount"];
            if (mount.Length > best.Length && (path == mount || mount == "/" || path.StartsWith(mount + "/", StringComparison.Ordinal)))
            {
                best = mount;
            }
        }

        return best.Length == 0 ? null : Filesystem(best);
    }

    /// <summary>Whether a time ago is recent enough to belong to the incident: after its start less a margin.</summary>
    public static bool IsRecent(CheckContext context, double secondsAgo) =>
        context.Now - TimeSpan.FromSeconds(secondsAgo) >= context.Incident.Window.Start - TimeSpan.FromMinutes(15);

    /// <summary>Seconds since a time Docker prints; null for what is no time, or year 1, which is Docker's "never".</summary>
    public static double? AgeOf(CheckContext context, string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year > 1 ? Math.Max(0, (context.Now - at).TotalSeconds) : null;
}

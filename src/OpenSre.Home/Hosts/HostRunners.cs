using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Home;

/// <summary>One runner for each host that is configured.</summary>
public sealed class HostRunners : IHostRunners, IDisposable
{
    private readonly Dictionary<string, ICommandRunner> _runners = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _owned = [];

    /// <param name="local">Runs on this machine; made anew if null.</param>
    public HostRunners(IEnumerable<HostSettings> hosts, SshOptions ssh, ICommandRunner? local = null, TimeProvider? time = null)
    {
        foreach (var host in hosts)
        {
            if (host.Ssh is null)
            {
                _runners[host.Name] = local ?? CompositeRunner.Local(new ProbeOptions(), time);
                continue;
            }

            var runner = new SshCommandRunner(host.Name, host.Ssh, ssh, time);
            _owned.Add(runner);
            _runners[host.Name] = runner;
        }
    }

    public ICommandRunner For(string host) =>
        _runners.TryGetValue(host, out var runner) ? runner : throw new ArgumentException($"There is no host called {SafeText.Line(host, 60)} among {string.Join(", ", _runners.Keys)}.", nameof(host));

    public void Dispose() => _owned.ForEach(o => o.Dispose());
}

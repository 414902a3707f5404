using System.Diagnostics;
using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>A session on a terminal made for a test: keys go in, and what is looked at is its screen.</summary>
public abstract class LiveHarness : IDisposable
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private protected readonly string _folder = Directory.CreateTempSubdirectory("opensre-live-").FullName;
    private protected readonly FakeTerminal _terminal = new(100, 30);
    private protected readonly List<string> _investigated = [];
    private protected readonly List<CaseRequest> _requests = [];
    private protected readonly UiLoop _loop;
    private protected Func<string, Action<InvestigationEvent>, SteeringInbox, CancellationToken, Task<CaseFile>> _investigate = (name, publish, _, _) => Finish(publish);

    /// <summary>Changes what the session is told of the program around it.</summary>
    private protected Func<SessionHost, SessionHost> _with = host => host;

    private protected bool _ascii;
    private protected string _theme = "dark";
    private protected LiveSession? _live;
    private protected Thread? _thread;

    private protected LiveHarness() => _loop = new UiLoop(_terminal, TimeProvider.System);

    public void Dispose()
    {
        _terminal.HangUp();
        _thread?.Join(Patience);
        _live?.Session.Dispose();
        _loop.Dispose();
        _terminal.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected static Task<CaseFile> Finish(Action<InvestigationEvent> publish)
    {
        foreach (var e in SampleRun.Events)
        {
            publish(e);
        }

        return Task.FromResult(Case());
    }

    private protected static CaseFile Case()
    {
        var ledger = new EvidenceLedger();
        ledger.Store(new StoredOutput("", "host.disk", SampleRun.Full.Arguments, ToolStatus.Ok, $"Filesystem\n{SampleRun.Full.Quote}\n", "", SampleRun.Time, TimeSpan.Zero));
        ledger.Replace([SampleRun.Full]);
        return new CaseFile("i1", SampleRun.Incident, ledger, null, "report", Cancelled: false, TimeSpan.Zero);
    }

    private protected SessionHost Host()
    {
        var host = new SessionHost
        {
            Version = "1.2.3",
            Engine = "built-in engine",
            Sources = () => "this machine",
            WorkingDirectory = _folder,
            SessionId = "s1",
            LogPath = Path.Combine(_folder, "sessions", "s1.jsonl"),
            AuditPath = Path.Combine(_folder, "audit.jsonl"),
            HistoryPath = Path.Combine(_folder, "history"),
            Intake = text => AlertIntake.Read(text, SampleRun.Time),
            Investigate = (request, cancellation) =>
            {
                _investigated.Add(request.Alerts[0].Name);
                _requests.Add(request);
                return _investigate(request.Alerts[0].Name, request.Publish, request.Steering, cancellation);
            },
        };
        return _with(host);
    }

    private protected void Start()
    {
        _live = new LiveSession(Host(), _terminal, _loop, TimeProvider.System, new LiveOptions(Theme.Named(_theme, hyperlinks: false)!.With(_ascii), IsStill: false));
        _thread = new Thread(() =>
        {
            _live.Begin(null);
            _loop.Run(_live);
        });
        _thread.Start();
        See("idle");
    }

    private protected void Type(string keys) => _terminal.Type(keys);

    /// <summary>Waits until the screen or its scrollback has a text, which may be of several rows.</summary>
    private protected void See(string text) => Wait(() => _terminal.Look(s => string.Join('\n', s.All())).Contains(text, StringComparison.Ordinal), text);

    private protected void Wait(Func<bool> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, $"Waited in vain for: {what}\nThe screen:\n{string.Join('\n', _terminal.Look(s => s.All()))}");
            Thread.Sleep(5);
        }
    }

    private protected int Count(string text, bool exactly = false) =>
        _terminal.Look(s => s.All().Count(r => exactly ? r == text : r.Contains(text, StringComparison.Ordinal)));

    private protected void Golden(string name) => GoldenScreen.Check(name, [.. _terminal.Look(s => s.All()).Select(r => r.Replace(_folder, "/work/here", StringComparison.Ordinal))]);
}

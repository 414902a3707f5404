using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

/// <summary>Ours and an independent Python implementation on one bus.</summary>
public class InteroperationTests
{
    private const string Finding = """{"agent":"cursor:9133","topic":"finding","summary":"repro ü on abc123","path":"services/auth.py:42","data":{"k":[1,"é"]},"id":"1","timestamp":"2026-05-09T15:04:42+00:00"}""";

    [Fact]
    public async Task Our_broker_serves_Python_publishers_and_subscribers()
    {
        PythonPeer.SkipWithoutPython();
        using var room = new BusRoom();
        var ours = await room.ListenAsync();
        var (peer, role) = await PythonPeer.AttendAsync(room.Place.Socket);
        room.Keep(peer);
        Assert.Equal("client", role);
        await room.PeersAsync(2);

        await PythonPeer.RunAsync("publish", room.Place.Socket, Finding);
        var received = await ours.NextAsync<BusReceived>();
        Assert.Equal("repro ü on abc123", received.Message.Summary);
        var line = await peer.LineAsync();
        Assert.Equal(line, BusRoom.Text(received.Frame.ToArray()));

        // Written again by us, it is the same to the byte.
        Assert.Equal(line + "\n", BusRoom.Text(received.Message.ToFrame()));

        var mine = BusMessage.Create("opensre:1", "ours \u00fc", TimeProvider.System.GetUtcNow());
        room.Publisher().Publish(mine);
        Assert.Equal(BusRoom.Text(mine.ToFrame()), await peer.LineAsync() + "\n");
    }

    [Fact]
    public async Task We_are_clients_of_a_Python_broker_survive_its_crash_and_serve_Python_then()
    {
        PythonPeer.SkipWithoutPython();
        using var room = new BusRoom();
        var (broker, role) = await PythonPeer.AttendAsync(room.Place.Socket);
        room.Keep(broker);
        Assert.Equal("broker", role);
        var ours = await room.ListenAsync();
        var (other, otherRole) = await PythonPeer.AttendAsync(room.Place.Socket);
        room.Keep(other);
        Assert.Equal("client", otherRole);
        Assert.False((await ours.NextAsync<BusAttached>()).IsBroker);

        var publisher = room.Publisher();
        var mine = BusRoom.Message("ours");
        publisher.Publish(mine);
        Assert.Equal(BusRoom.Text(mine.ToFrame()), await broker.LineAsync() + "\n");
        Assert.Equal(BusRoom.Text(mine.ToFrame()), await other.LineAsync() + "\n");
        Assert.Equal("ours", await ours.SummaryAsync());
        await PythonPeer.RunAsync("publish", room.Place.Socket, Finding);
        Assert.Equal("repro ü on abc123", await ours.SummaryAsync());

        // Killed, it leaves its socket and its pid file behind.
        broker.Crash();
        Assert.True(File.Exists(room.Place.Socket));
        await ours.NextAsync<BusDetached>();
        var again = await ours.NextAsync<BusAttached>();
        Assert.True(again.Again && again.IsBroker);
        await PythonPeer.RunAsync("publish", room.Place.Socket, Finding);
        Assert.Equal("repro ü on abc123", await ours.SummaryAsync());
        publisher.Publish(BusRoom.Message("and again"));
        Assert.Equal("and again", await ours.SummaryAsync());
    }

    [Fact]
    public async Task Python_elects_itself_after_our_broker_has_stopped_and_we_follow()
    {
        PythonPeer.SkipWithoutPython();
        using var room = new BusRoom();
        using (var publisher = new BusPublisher(room.Place, TimeProvider.System))
        {
            publisher.Publish(BusRoom.Message("nobody hears it"));
        }

        BusElection.OwnBroker(room.Place)!.Dispose();
        Assert.False(File.Exists(room.Place.Socket));
        var (peer, role) = await PythonPeer.AttendAsync(room.Place.Socket);
        room.Keep(peer);
        Assert.Equal("broker", role);
        room.Publisher().Publish(BusRoom.Message("heard"));
        Assert.Contains("heard", await peer.LineAsync());
    }

    [Fact]
    public async Task We_do_not_become_broker_while_Python_holds_the_lock()
    {
        PythonPeer.SkipWithoutPython();
        using var room = new BusRoom();
        using var holder = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("python3", ["-c", "import fcntl,os,sys\nfd=os.open(sys.argv[1],os.O_RDWR|os.O_CREAT,0o600)\nfcntl.flock(fd,fcntl.LOCK_EX)\nprint('held',flush=True)\nsys.stdin.read()", room.Place.LockFile]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        var waiting = room.ListenAsync();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(File.Exists(room.Place.Socket));
        holder.StandardInput.Close();
        await waiting;
        Assert.True(File.Exists(room.Place.Socket));
    }
}

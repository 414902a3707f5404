using System.Net.Sockets;
using System.Text;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

/// <summary>A bus in a folder of its own, and what hears and speaks there.</summary>
internal sealed class BusRoom : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<IDisposable> _things = [];

    public BusPlace Place => BusPlace.In(_folder.Path);

    public string Folder => _folder.Path;

    public BusPublisher Publisher() => Keep(new BusPublisher(Place, TimeProvider.System));

    public async Task<Listener> ListenAsync()
    {
        var subscriber = Keep(new BusSubscriber(Place, TimeProvider.System));
        var listener = new Listener(subscriber);
        await subscriber.Ready.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        return listener;
    }

    /// <summary>A peer that speaks the wire itself.</summary>
    public Socket Raw()
    {
        var socket = Keep(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        socket.Connect(new UnixDomainSocketEndPoint(Place.Socket));
        return socket;
    }

    /// <summary>Waits until the broker knows as many peers: a connection is taken in a moment later.</summary>
    public async Task PeersAsync(int count)
    {
        for (var i = 0; i < 3000 && BusElection.OwnBroker(Place)!.Counts.Peers != count; i++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal(count, BusElection.OwnBroker(Place)!.Counts.Peers);
    }

    public static BusMessage Message(string summary) => BusMessage.Create("test:1", summary, DateTimeOffset.UnixEpoch);

    public static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    public T Keep<T>(T thing) where T : IDisposable
    {
        _things.Add(thing);
        return thing;
    }

    public void Dispose()
    {
        foreach (var thing in Enumerable.Reverse(_things))
        {
            thing.Dispose();
        }

        BusElection.OwnBroker(Place)?.Dispose();
        _folder.Dispose();
    }
}

/// <summary>Reads the events of a subscriber one by one.</summary>
internal sealed class Listener(BusSubscriber subscriber)
{
    private readonly IAsyncEnumerator<BusEvent> _events = subscriber.EventsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

    public async Task<BusEvent> NextAsync()
    {
        Assert.True(await _events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken));
        return _events.Current;
    }

    /// <summary>The next event of a kind; others are passed over.</summary>
    public async Task<T> NextAsync<T>() where T : BusEvent
    {
        while (true)
        {
            if (await NextAsync() is T found)
            {
                return found;
            }
        }
    }

    public async Task<string> SummaryAsync() => (await NextAsync<BusReceived>()).Message.Summary;
}

using System.Net.Sockets;
using System.Text;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

public class BusTests
{
    [Fact]
    public async Task The_first_becomes_the_broker_and_everyone_else_hears_what_is_said()
    {
        using var room = new BusRoom();
        var first = await room.ListenAsync();
        var second = await room.ListenAsync();
        room.Publisher().Publish(BusRoom.Message("found it"));

        Assert.True((await first.NextAsync<BusAttached>()).IsBroker);
        Assert.Equal("found it", await first.SummaryAsync());
        Assert.Equal("found it", await second.SummaryAsync());
    }

    [Fact]
    public async Task Its_files_are_for_their_owner_alone_and_go_when_it_stops()
    {
        using var room = new BusRoom();
        await room.ListenAsync();
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        Assert.Equal(owner, File.GetUnixFileMode(room.Place.Socket));
        Assert.Equal(owner, File.GetUnixFileMode(room.Place.PidFile));
        Assert.Equal(owner, File.GetUnixFileMode(room.Place.LockFile));
        Assert.Equal(Environment.ProcessId.ToString(), await File.ReadAllTextAsync(room.Place.PidFile, TestContext.Current.CancellationToken));

        using (var other = new BusRoom())
        {
            await other.ListenAsync();
            var broker = BusElection.OwnBroker(other.Place)!;
            Assert.True(File.Exists(other.Place.Socket));
            broker.Dispose();
            Assert.False(broker.IsRunning);
        }

        BusElection.OwnBroker(room.Place)!.Dispose();
    }

    [Fact]
    public async Task A_sender_does_not_hear_itself_and_bytes_pass_unchanged()
    {
        using var room = new BusRoom();
        await room.ListenAsync();
        var (one, other) = (room.Raw(), room.Raw());
        await room.PeersAsync(3);
        var longest = new string('x', 65_536);
        await one.SendAsync(Encoding.ASCII.GetBytes($"gar\u0001bage\r\n\n{longest}\n{longest}x\nunended"));
        await other.SendAsync("other\n"u8.ToArray());

        Assert.Equal($"gar\u0001bage\r\n{longest}\n", await ReadAsync(other, 65_536 + 11));
        Assert.Equal("other\n", await ReadAsync(one, 6));
        Assert.Equal(1, BusElection.OwnBroker(room.Place)!.Counts.TooLong);
    }

    [Fact]
    public async Task A_flood_without_line_ends_is_disconnected_and_sees_it()
    {
        using var room = new BusRoom();
        await room.ListenAsync();
        var flooder = room.Raw();
        var failed = false;
        try
        {
            for (var i = 0; i < 80; i++)
            {
                await flooder.SendAsync(new byte[4096]);
            }

            failed = await flooder.ReceiveAsync(new byte[1]) == 0;
        }
        catch (SocketException)
        {
            failed = true;
        }

        Assert.True(failed);
        await room.PeersAsync(1);
    }

    [Fact]
    public async Task One_that_stops_reading_loses_counted_frames_is_told_and_stays_while_others_lose_nothing()
    {
        using var room = new BusRoom();
        var good = await room.ListenAsync();
        var asleep = room.Raw();
        await room.PeersAsync(2);
        var publisher = room.Publisher();
        var filler = new string('x', 1000);
        const int Count = 20_000;
        for (var i = 0; i < Count; i++)
        {
            publisher.Publish(BusRoom.Message($"{i} {filler}"));
            Assert.Equal($"{i} {filler}", await good.SummaryAsync());
        }

        // It wakes up: whole frames only, and what is missing is said where it is missing.
        var expected = 0L;
        long lost = 0;
        var frames = new FrameSplitter();
        var buffer = new byte[65_536];
        while (expected < Count)
        {
            var read = await asleep.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
            Assert.True(read > 0);
            frames.Add(buffer.AsSpan(0, read), frame =>
            {
                var message = BusMessage.Read(frame.ToArray())!;
                if (message.Topic == BusBroker.DroppedTopic)
                {
                    lost += message.Data.GetProperty("dropped").GetInt64();
                    expected += message.Data.GetProperty("dropped").GetInt64();
                    return;
                }

                Assert.Equal($"{expected++} {filler}", message.Summary);
            });
        }

        Assert.InRange(lost, 1, Count);
        Assert.Equal(lost, BusElection.OwnBroker(room.Place)!.Counts.Lost);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("not a number")]
    [InlineData("")]
    public async Task A_dead_socket_whose_pid_file_names_a_living_process_is_healed(string pid)
    {
        using var room = new BusRoom();
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            var elsewhere = room.Place.Socket + "x";
            dead.Bind(new UnixDomainSocketEndPoint(elsewhere));
            File.Move(elsewhere, room.Place.Socket);
        }

        await File.WriteAllTextAsync(room.Place.PidFile, pid, TestContext.Current.CancellationToken);
        var listener = await room.ListenAsync();
        room.Publisher().Publish(BusRoom.Message("alive"));

        Assert.Equal("alive", await listener.SummaryAsync());
    }

    [Fact]
    public async Task When_the_broker_ends_subscribers_attach_again()
    {
        using var room = new BusRoom();
        var listener = await room.ListenAsync();
        var publisher = room.Publisher();
        publisher.Publish(BusRoom.Message("before"));
        Assert.Equal("before", await listener.SummaryAsync());

        BusElection.OwnBroker(room.Place)!.Dispose();
        await listener.NextAsync<BusDetached>();
        Assert.True((await listener.NextAsync<BusAttached>()).Again);
        publisher.Publish(BusRoom.Message("after"));
        Assert.Equal("after", await listener.SummaryAsync());
    }

    [Fact]
    public async Task When_the_socket_is_deleted_another_is_made()
    {
        using var room = new BusRoom();
        var listener = await room.ListenAsync();
        File.Delete(room.Place.Socket);
        await listener.NextAsync<BusDetached>();
        Assert.True((await listener.NextAsync<BusAttached>()).Again);
        room.Publisher().Publish(BusRoom.Message("after"));
        Assert.Equal("after", await listener.SummaryAsync());
    }

    [Fact]
    public void A_broker_that_ends_leaves_the_files_of_a_younger_one_of_this_process()
    {
        using var room = new BusRoom();
        BusElection.Ensure(room.Place, TimeProvider.System);
        var old = BusElection.OwnBroker(room.Place)!;
        using (BusElection.Lock(room.Place))
        {
            _ = Task.Run(old.Dispose, TestContext.Current.CancellationToken);
            while (old.IsRunning)
            {
                Thread.Sleep(1);
            }

            BusElection.Become(room.Place, TimeProvider.System);
            Assert.NotSame(old, BusElection.OwnBroker(room.Place));
        }

        old.Dispose();
        Assert.True(File.Exists(room.Place.Socket));
        Assert.True(BusElection.IsAlive(room.Place));
    }

    [Fact]
    public void A_message_larger_than_a_frame_is_refused()
    {
        using var room = new BusRoom();
        Assert.Throws<InvalidDataException>(() => room.Publisher().Publish(BusRoom.Message(new string('x', 70_000))));
    }

    [Fact]
    public async Task A_broker_that_others_have_replaced_gives_up_and_leaves_their_files()
    {
        using var room = new BusRoom();
        await room.ListenAsync();
        var broker = BusElection.OwnBroker(room.Place)!;
        await File.WriteAllTextAsync(room.Place.PidFile, "1", TestContext.Current.CancellationToken);
        room.Raw();
        for (var i = 0; i < 1000 && broker.IsRunning; i++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.False(broker.IsRunning);
    }

    private static async Task<string> ReadAsync(Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var some = await socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
            Assert.True(some > 0);
            read += some;
        }

        return BusRoom.Text(bytes);
    }
}

using System.Globalization;
using System.Net.Sockets;

namespace OpenSre.Fleet;

/// <summary>
/// Who is the broker. Whoever wants to publish or to subscribe and finds no living broker becomes it, under a lock that
/// every implementation takes. Alive means: the socket is there, and the process of the pid file exists. Nobody connects
/// to find out, because a connection is a subscriber; only when a connection is refused is a living pid mistrusted.
/// </summary>
public static class BusElection
{
    private static readonly Dictionary<string, BusBroker> Ours = new(StringComparer.Ordinal);
    private static readonly Lock OursLock = new();

    /// <summary>The broker of a bus if it runs in this process, else null.</summary>
    public static BusBroker? OwnBroker(BusPlace place)
    {
        lock (OursLock)
        {
            return Ours.TryGetValue(place.Socket, out var broker) && broker.IsRunning ? broker : null;
        }
    }

    /// <summary>True if a broker seems to live; never makes one.</summary>
    public static bool IsAlive(BusPlace place) =>
        OwnBroker(place) is not null || File.Exists(place.Socket) && ReadPid(place) is { } pid && pid != Environment.ProcessId && Posix.Exists(pid);

    /// <summary>
    /// Connects, and becomes the broker first where there is none.
    /// </summary>
    /// <exception cref="IOException">There is no broker, and this process cannot become it.</exception>
    internal static Socket Connect(BusPlace place, TimeProvider time)
    {
        for (var attempt = 0; ; attempt++)
        {
            Ensure(place, time);
            try
            {
                return Open(place);
            }
            catch (SocketException e) when (attempt < 3 && e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
            {
                TakeOverFromNobody(place, time);
            }
            catch (SocketException e)
            {
                throw new IOException($"The bus at {place.Socket} does not answer: {e.Message}", e);
            }
        }
    }

    /// <summary>The process id a broker has left, or null when there is none that could be one.</summary>
    internal static int? ReadPid(BusPlace place)
    {
        try
        {
            return int.TryParse(File.ReadAllText(place.PidFile).Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var pid) && pid > 0 ? pid : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Takes the lock of elections, waiting for it; where it cannot be had, elections go on without.</summary>
    internal static IDisposable? Lock(BusPlace place)
    {
        while (true)
        {
            try
            {
                // FileShare.None is flock(LOCK_EX | LOCK_NB).
                return new FileStream(place.LockFile, new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    BufferSize = 0,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                });
            }
            catch (IOException e) when (e.HResult == Posix.TryAgain)
            {
                Thread.Sleep(1);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>Makes this process the broker if there is none; nothing else.</summary>
    /// <exception cref="IOException">There is none, and this process cannot become it.</exception>
    public static void Ensure(BusPlace place, TimeProvider time)
    {
        if (OwnBroker(place) is not null)
        {
            return;
        }

        MakeFolder(place);
        using (Lock(place))
        {
            if (!IsAlive(place))
            {
                Become(place, time);
            }
        }
    }

    /// <summary>The pid file names a living process that is no broker: its number was used again.</summary>
    private static void TakeOverFromNobody(BusPlace place, TimeProvider time)
    {
        using (Lock(place))
        {
            try
            {
                Open(place).Dispose();
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
            {
                Become(place, time);
            }
        }
    }

    /// <summary>Makes this process the broker; the caller holds the lock and has found nobody alive.</summary>
    internal static void Become(BusPlace place, TimeProvider time)
    {
        lock (OursLock)
        {
            if (Ours.TryGetValue(place.Socket, out var old) && old.IsRunning)
            {
                return;
            }

            if (Ours.Count == 0)
            {
                AppDomain.CurrentDomain.ProcessExit += (_, _) => StopOwn();
            }

            Ours[place.Socket] = BusBroker.Start(place, time);
        }
    }

    /// <summary>False when this process has made another broker of that bus since.</summary>
    internal static bool IsLatest(BusPlace place, BusBroker broker)
    {
        lock (OursLock)
        {
            return !Ours.TryGetValue(place.Socket, out var latest) || ReferenceEquals(latest, broker);
        }
    }

    /// <summary>Ends the brokers of this process, as at its end. The subscribers elect another.</summary>
    public static void StopOwn()
    {
        BusBroker[] brokers;
        lock (OursLock)
        {
            brokers = [.. Ours.Values];
            Ours.Clear();
        }

        foreach (var broker in brokers)
        {
            broker.Dispose();
        }
    }

    private static Socket Open(BusPlace place)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(place.Socket));
            return socket;
        }
        catch (ArgumentException e)
        {
            socket.Dispose();
            throw new IOException($"The path {place.Socket} is too long for a socket; set OPENSRE_HOME to a shorter one.", e);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private static void MakeFolder(BusPlace place)
    {
        var folder = Path.GetDirectoryName(place.Socket)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

using System.Net.Sockets;

namespace OpenSre.Sources;

/// <summary>Says what a failed connection or lookup means, with the name the C library has for it.</summary>
internal static class ErrnoWords
{
    public static string Of(SocketException error) => Of(error.SocketErrorCode) ?? error.Message;

    public static string? Of(SocketError code) => code switch
    {
        SocketError.ConnectionRefused => "refused (ECONNREFUSED)",
        SocketError.TimedOut => "timed out (ETIMEDOUT)",
        SocketError.HostUnreachable => "no route to host (EHOSTUNREACH)",
        SocketError.NetworkUnreachable => "network is unreachable (ENETUNREACH)",
        SocketError.NetworkDown => "network is down (ENETDOWN)",
        SocketError.HostDown => "host is down (EHOSTDOWN)",
        SocketError.ConnectionReset => "reset by the other side (ECONNRESET)",
        SocketError.ConnectionAborted => "aborted (ECONNABORTED)",
        SocketError.Shutdown => "broken pipe (EPIPE)",
        SocketError.AccessDenied => "permission denied (EACCES)",
        SocketError.AddressNotAvailable => "address is not available (EADDRNOTAVAIL)",
        SocketError.AddressFamilyNotSupported => "address family is not supported (EAFNOSUPPORT)",
        SocketError.TooManyOpenSockets => "too many open files (EMFILE)",
        SocketError.NoBufferSpaceAvailable => "no buffer space (ENOBUFS)",
        SocketError.HostNotFound => "name is not known (EAI_NONAME)",
        SocketError.TryAgain => "temporary failure in name resolution (EAI_AGAIN)",
        SocketError.NoData => "name has no address (EAI_NODATA)",
        SocketError.NoRecovery => "name resolution failed (EAI_FAIL)",
        _ => null,
    };

    /// <summary>The socket error inside an exception, if there is one.</summary>
    public static SocketException? Find(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is SocketException socket)
            {
                return socket;
            }
        }

        return null;
    }
}

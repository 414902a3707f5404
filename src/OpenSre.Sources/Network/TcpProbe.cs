using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// <c>opensre:tcp HOST PORT</c>: whether a port takes connections, at every address of the name, and what the other
/// side says first, if it speaks first.
/// </summary>
public sealed class TcpProbe(TimeProvider time) : IProbe
{
    private const int MostAddresses = 8;
    private static readonly TimeSpan GreetingTime = TimeSpan.FromMilliseconds(300);
    private readonly Connector _connector = new(time);

    public string Name => "tcp";

    public async Task<ProbeEnd> RunAsync(IReadOnlyList<string> arguments, ProbeOutput output, CancellationToken cancellation)
    {
        if (arguments is not [var host, var portText] || !ToolArguments.IsHost(host) || !ToolArguments.IsPort(portText, out var port))
        {
            return ProbeEnd.Usage("usage: opensre:tcp HOST PORT");
        }

        var target = Formats.HostPort(host, port);
        var lookup = await _connector.LookUpAsync(host, cancellation);
        if (lookup.Addresses.Count == 0)
        {
            output.Line($"tcp {target} {lookup.Failure} after {Formats.Ms(lookup.Took)}");
            return ProbeEnd.Done;
        }

        var isName = !IPAddress.TryParse(host, out _);
        if (isName)
        {
            output.Line($"name {host} is {string.Join(", ", lookup.Addresses)} after {Formats.Ms(lookup.Took)}");
        }

        var attempts = await Task.WhenAll(lookup.Addresses.Take(MostAddresses).Select(a => TryAsync(new IPEndPoint(a, port), cancellation)));
        foreach (var (line, _) in attempts)
        {
            output.Line(line);
        }

        if (isName)
        {
            output.Line(Summary(target, attempts));
        }

        if (lookup.Addresses.Count > MostAddresses)
        {
            output.Line($"{lookup.Addresses.Count - MostAddresses} more addresses were not tried");
        }

        return ProbeEnd.Done;
    }

    private static string Summary(string target, (string Line, string Failure)[] attempts)
    {
        var open = attempts.Count(a => a.Failure.Length == 0);
        return open > 0
            ? $"tcp {target} open at {open} of {attempts.Length} addresses"
            : $"tcp {target} not open: {string.Join(", ", attempts.Select(a => a.Failure).Distinct(StringComparer.Ordinal))}";
    }

    private async Task<(string Line, string Failure)> TryAsync(IPEndPoint endPoint, CancellationToken cancellation)
    {
        var connection = await _connector.ConnectAsync(endPoint, cancellation);
        using var socket = connection.Socket;
        return socket is null
            ? ($"tcp {Formats.HostPort(endPoint)} {connection.Failure} after {Formats.Ms(connection.Took)}", connection.Failure)
            : ($"tcp {Formats.HostPort(endPoint)} open after {Formats.Ms(connection.Took)}{await GreetingAsync(socket, cancellation)}", "");
    }

    private async Task<string> GreetingAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[256];
        using var timeout = new CancellationTokenSource(GreetingTime, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            var count = await socket.ReceiveAsync(buffer, stop.Token);
            return count == 0
                ? ", then closed by the other side without a word"
                : $", greeting: {SafeText.Line(Encoding.UTF8.GetString(buffer, 0, count), 200)}";
        }
        catch (SocketException error)
        {
            return $", then {ErrnoWords.Of(error)}";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Most servers wait for the client to speak first.
            return "";
        }
    }
}

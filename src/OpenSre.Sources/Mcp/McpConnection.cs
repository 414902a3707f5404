using System.Reflection;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// One MCP server: started when it is first needed, started again when it has gone, ended with this. A program gets PATH,
/// HOME and the like and what its configuration names, not the other variables of this process.
/// </summary>
internal sealed class McpConnection(McpServerSettings settings, Func<string, string?> environment) : IAsyncDisposable
{
    private const int KeptErrors = 6;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Queue<string> _errors = new();
    private McpClient? _client;

    public McpServerSettings Settings => settings;

    /// <summary>Name and version as the server says them; empty before it was reached.</summary>
    public string Says { get; private set; } = "";

    /// <summary>The tools the server has.</summary>
    /// <exception cref="McpUnreachableException">It cannot be reached or does not answer in time.</exception>
    public async Task<IReadOnlyList<Tool>> ListAsync(CancellationToken cancellation)
    {
        return await WithinAsync(settings.StartTime, "start", async token =>
        {
            var client = await OpenAsync(token).ConfigureAwait(false);
            List<Tool> tools = [];
            string? page = null;
            do
            {
                var listed = await client.ListToolsAsync(new ListToolsRequestParams { Cursor = page }, token).ConfigureAwait(false);
                tools.AddRange(listed.Tools);
                page = listed.NextCursor;
            }
            while (page is not null && tools.Count < McpServers.MostTools);
            return (IReadOnlyList<Tool>)tools;
        }, cancellation).ConfigureAwait(false);
    }

    /// <exception cref="McpUnreachableException">It cannot be reached or does not answer in time.</exception>
    /// <exception cref="McpException">The server refused the call.</exception>
    public Task<CallToolResult> CallAsync(string tool, Dictionary<string, JsonElement> arguments, CancellationToken cancellation) =>
        WithinAsync(settings.CallTime, "answer", async token =>
        {
            var client = await OpenAsync(token).ConfigureAwait(false);
            try
            {
                return await client.CallToolAsync(new CallToolRequestParams { Name = tool, Arguments = arguments }, token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not (OperationCanceledException or McpException))
            {
                // The connection is broken, whether its client knows already or not: the next call makes another.
                if (Interlocked.CompareExchange(ref _client, null, client) == client)
                {
                    await client.DisposeAsync().ConfigureAwait(false);
                }

                throw;
            }
        }, cancellation);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _opening.Dispose();
    }

    private async Task<T> WithinAsync<T>(TimeSpan time, string what, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var clock = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        clock.CancelAfter(time);
        try
        {
            // A transport that does not hear of the cancellation is not waited for.
            return await work(clock.Token).WaitAsync(clock.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new McpUnreachableException($"it did not {what} within {time.TotalSeconds:0.#} s{LastWords()}", timedOut: true, e);
        }
        catch (Exception e) when (e is not (OperationCanceledException or McpException or McpUnreachableException))
        {
            throw new McpUnreachableException($"it cannot be reached: {SafeText.Line(Redaction.Apply(e.GetBaseException().Message), 200)}{LastWords()}", timedOut: false, e);
        }
    }

    private async Task<McpClient> OpenAsync(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_client is { Completion.IsCompleted: false })
            {
                return _client;
            }

            await CloseAsync().ConfigureAwait(false);
            var options = new McpClientOptions
            {
                ClientInfo = new Implementation { Name = "opensre", Version = typeof(McpConnection).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0" },
                InitializationTimeout = settings.StartTime,

                // An old server may keep silent about the newest handshake; one that is only slow must not be taken for it.
                DiscoverProbeTimeout = settings.StartTime / 2,
            };
            _client = await McpClient.CreateAsync(Transport(), options, cancellationToken: cancellation).ConfigureAwait(false);
            Says = SafeText.Line($"{_client.ServerInfo?.Name} {_client.ServerInfo?.Version}", 80);
            return _client;
        }
        finally
        {
            _opening.Release();
        }
    }

    private IClientTransport Transport()
    {
        if (settings.Url is { } url)
        {
            return new HttpClientTransport(new HttpClientTransportOptions
            {
                Name = settings.Name,
                Endpoint = url,
                ConnectionTimeout = settings.StartTime,
                AdditionalHeaders = settings.Headers.ToDictionary(h => h.Key, h => Value(h.Value), StringComparer.OrdinalIgnoreCase),
            });
        }

        var variables = StdioClientTransportOptions.GetDefaultEnvironmentVariables();
        foreach (var (name, variable) in settings.Environment)
        {
            variables[name] = Value(variable);
        }

        return new StdioClientTransport(new StdioClientTransportOptions
        {
            Name = settings.Name,
            Command = settings.Command[0],
            Arguments = [.. settings.Command.Skip(1)],
            InheritEnvironmentVariables = false,
            EnvironmentVariables = variables,
            ShutdownTimeout = Farewell,
            StandardErrorLines = KeepError,
        });
    }

    private string Value(string variable) => environment(variable) is { Length: > 0 } value
        ? value
        : throw new McpUnreachableException($"it needs the environment variable {variable}, which is not set", timedOut: false);

    private async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _client, null) is { } client)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void KeepError(string line)
    {
        lock (_errors)
        {
            _errors.Enqueue(line.Length > 300 ? line[..300] : line);
            while (_errors.Count > KeptErrors)
            {
                _errors.Dequeue();
            }
        }
    }

    private string LastWords()
    {
        lock (_errors)
        {
            return _errors.Count == 0 ? "" : $"; its last words: {SafeText.Line(Redaction.Apply(string.Join(' ', _errors)), 200)}";
        }
    }
}

/// <summary>An MCP server that cannot be used now; the message says why, to go on after "the server".</summary>
internal sealed class McpUnreachableException(string message, bool timedOut, Exception? inner = null) : Exception(message, inner)
{
    public bool TimedOut => timedOut;
}

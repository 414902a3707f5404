using System.Text.Json;
using System.Text.Json.Nodes;
using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>A stored token and the server it is for.</summary>
public sealed record SentryLogin(Uri Address, string Token);

/// <summary>
/// Tokens kept in a file that only its owner may read, one a server. A token is found for the server it was stored for, and
/// for no other; the organizations of sentry.io, which are below that name, count as one server.
/// </summary>
public sealed class SentryLogins
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _path;
    private readonly Dictionary<string, SentryLogin> _logins = new(StringComparer.Ordinal);

    private SentryLogins(string path) => _path = path;

    /// <summary>The one login there is; null when there are none or several.</summary>
    public SentryLogin? Only => _logins.Count == 1 ? _logins.Values.Single() : null;

    /// <summary>Reads the file; one that is not there holds nothing.</summary>
    /// <exception cref="FixException">It cannot be read, or others may read it.</exception>
    public static SentryLogins Read(string path)
    {
        var logins = new SentryLogins(path);
        if (!File.Exists(path))
        {
            return logins;
        }

        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~Private) != 0)
            {
                throw new FixException(FixFailure.NoToken, $"{SafeText.Line(path, 300)} holds tokens and others may read it, so it is not used: chmod 600 it, or opensre fix login anew.");
            }

            foreach (var login in JsonNode.Parse(File.ReadAllText(path))?["logins"]?.AsArray() ?? [])
            {
                if (Uri.TryCreate((string?)login?["url"], UriKind.Absolute, out var address) && (string?)login["token"] is { Length: > 0 } token)
                {
                    logins._logins[Key(address)] = new SentryLogin(address, token);
                }
            }

            return logins;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new FixException(FixFailure.NoToken, $"{SafeText.Line(path, 300)} cannot be read; opensre fix login writes it anew once it is deleted.", e);
        }
    }

    /// <summary>The token for a server; null when none was stored for it.</summary>
    public SentryLogin? For(Uri server) => _logins.GetValueOrDefault(Key(server));

    /// <exception cref="FixException">The file cannot be written.</exception>
    public void Store(SentryHost host)
    {
        _logins[Key(host.Address)] = new SentryLogin(host.Address, host.Token);
        Write();
    }

    /// <returns>False when there was none.</returns>
    /// <exception cref="FixException">The file cannot be written.</exception>
    public bool Forget(Uri server)
    {
        if (!_logins.Remove(Key(server)))
        {
            return false;
        }

        Write();
        return true;
    }

    private void Write()
    {
        var text = new JsonObject { ["logins"] = new JsonArray([.. _logins.Values.Select(l => new JsonObject { ["url"] = l.Address.ToString(), ["token"] = l.Token })]) }.ToJsonString();
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(_path))!;
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, Private | UnixFileMode.UserExecute);
            }

            var fresh = $"{_path}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = Private;
            }

            using (var file = new StreamWriter(new FileStream(fresh, options)))
            {
                file.Write(text);
            }

            File.Move(fresh, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FixException(FixFailure.Failed, $"{SafeText.Line(_path, 300)} cannot be written: {SafeText.Line(e.Message, 200)}", e);
        }
    }

    private static string Key(Uri server) =>
        server.Scheme == "https" && server.IsDefaultPort && SentryHost.IsUnderSentryIo(server.IdnHost) ? "https://sentry.io" : $"{server.Scheme}://{server.IdnHost}:{server.Port}";
}

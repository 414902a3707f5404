using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Why no command ran on a host, in one sentence that says what to do.</summary>
internal static class SshTrouble
{
    private const StringComparison Any = StringComparison.OrdinalIgnoreCase;

    /// <param name="name">What the person calls the host.</param>
    /// <param name="said">What <c>ssh</c> wrote on its error stream.</param>
    public static string Sentence(string name, string destination, string said)
    {
        var host = SafeText.Line(name, 60);
        if (said.Contains("host key is known for", Any))
        {
            return $"{host}: its host key is not known here; compare and accept it with: opensre hosts trust {host}";
        }

        if (said.Contains("IDENTIFICATION HAS CHANGED", Any))
        {
            return $"{host}: its host key is not the one known here. Either it was set up anew, or something stands between; nothing was sent to it. If it was set up anew: ssh-keygen -R {SafeText.Line(SshDestination.HostOf(destination), 60)}, then opensre hosts trust {host}";
        }

        if (said.Contains("Host key verification failed", Any))
        {
            return $"{host}: its host key could not be verified; see: ssh {SafeText.Line(destination, 60)}";
        }

        if (said.Contains("Permission denied", Any) || said.Contains("Too many authentication failures", Any))
        {
            return $"{host}: it does not let us in ({Reason(said, "denied", "Too many")}); put this user's public key there with: ssh-copy-id {SafeText.Line(destination, 60)}";
        }

        if (said.Contains("Connection refused", Any))
        {
            return $"{host}: connection refused; the machine is up, but no SSH server listens there";
        }

        if (said.Contains("Could not resolve hostname", Any))
        {
            return $"{host}: its name cannot be resolved ({Reason(said, "Could not resolve")})";
        }

        if (said.Contains("timed out", Any))
        {
            return $"{host}: no answer ({Reason(said, "timed out")})";
        }

        if (said.Contains("No route to host", Any) || said.Contains("unreachable", Any))
        {
            return $"{host}: unreachable; it is off, or the network to it is down ({Reason(said, "route", "unreachable")})";
        }

        if (said.Contains("Connection closed", Any) || said.Contains("Connection reset", Any) || said.Contains("closed by remote host", Any) || said.Contains("kex_exchange_identification", Any) || said.Contains("Broken pipe", Any))
        {
            return $"{host}: the connection broke off ({Reason(said, "closed", "reset", "kex", "Broken")})";
        }

        var line = Reason(said, "");
        return line.Length > 0 ? $"{host}: ssh failed: {line}" : $"{host}: ssh ended with exit code 255 and gave no reason";
    }

    private static string Reason(string said, params ReadOnlySpan<string> words)
    {
        foreach (var line in said.Split('\n'))
        {
            foreach (var word in words)
            {
                if (line.Trim().Length > 0 && line.Contains(word, Any))
                {
                    return SafeText.Line(Redaction.Apply(line.Trim()), 200);
                }
            }
        }

        return "";
    }
}

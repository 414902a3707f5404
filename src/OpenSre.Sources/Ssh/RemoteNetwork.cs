using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// The network as another machine sees it: what the probes of this process do here (<c>opensre:tcp</c>, <c>dns</c>, <c>http</c>,
/// <c>tls</c>) is asked there with the programs it has, by one constant script, and answered in the same lines.
/// </summary>
internal static partial class RemoteNetwork
{
    /// <summary>The script's exit code where a program is missing.</summary>
    private const int NoProgram = 3;

    private static readonly Lazy<string> Script = new(() =>
    {
        using var stream = typeof(RemoteNetwork).Assembly.GetManifestResourceStream("OpenSre.Ssh.network.sh")
            ?? throw new InvalidOperationException("The script network is not part of this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    /// <summary>The command that asks it there; null when it is no probe of the network, or not with such arguments.</summary>
    public static CommandRequest? Ask(CommandRequest request)
    {
        var isOne = (request.Program, request.Arguments) switch
        {
            ("opensre:tcp", [var host, var port]) => ToolArguments.IsHost(host) && ToolArguments.IsPort(port, out _),
            ("opensre:dns", [var name]) => ToolArguments.IsHost(name),
            ("opensre:http", [var url]) => ToolArguments.IsWebAddress(url, out _),
            ("opensre:tls", [var host, var port, var name]) => ToolArguments.IsHost(host) && ToolArguments.IsPort(port, out _) && ToolArguments.IsHost(name),
            _ => false,
        };
        return isOne ? request with { Program = "sh", Arguments = ["-s", "--", request.Program[BuiltInCommandRunner.Prefix.Length..], .. request.Arguments], Input = Script.Value } : null;
    }

    /// <summary>The answer in the lines of the probe.</summary>
    /// <param name="host">What people call the machine.</param>
    public static CommandResult Read(CommandRequest asked, CommandResult result, string host, DateTimeOffset now) => result switch
    {
        { Status: CommandStatus.Exited, ExitCode: NoProgram } => new CommandResult(CommandStatus.NotFound, -1, "", $"the network cannot be looked at from {host}: {SafeText.Line(result.Error.Trim(), 200)}", 0),
        { Status: CommandStatus.Exited, ExitCode: 0 } when asked.Program == "opensre:tls" => result with { Output = WithCertificate(result.Output, asked.Arguments[2], now) },
        _ => result,
    };

    /// <summary>The certificate, which comes as it is, and what the other side thinks of it, in words.</summary>
    private static string WithCertificate(string output, string name, DateTimeOffset now)
    {
        var text = new StringBuilder(output.Length);
        var match = Pem().Match(output);
        var facts = match.Success ? Facts(match.Value, now) : ([], "");
        foreach (var line in Pem().Replace(output, "\u0001\n").Split('\n'))
        {
            if (line == "\u0001")
            {
                text.AppendJoin('\n', facts.Lines).Append('\n');
            }
            else if (Verdict().Match(line) is { Success: true } verdict)
            {
                text.Append(Verification(verdict.Groups["code"].Value, verdict.Groups["words"].Value, name, facts.Validity)).Append('\n');
            }
            else if (line.Length > 0)
            {
                text.Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static (IReadOnlyList<string> Lines, string Validity) Facts(string pem, DateTimeOffset now)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return ([.. CertificateFacts.Lines(certificate, now)], CertificateFacts.Validity(certificate, now));
        }
        catch (CryptographicException e)
        {
            return ([$"the certificate cannot be read: {Formats.Quoted(e.Message)}"], "");
        }
    }

    /// <summary>OpenSSL's codes of X509_verify_cert_error_string, in the words this machine's own probe uses.</summary>
    private static string Verification(string code, string words, string name, string validity) => code switch
    {
        "0" => "verification ok (revocation not checked)",
        "9" or "10" => $"verification failed: the certificate {(validity.StartsWith("expired", StringComparison.Ordinal) ? "" : "is ")}{validity}",
        "18" or "19" => "verification failed: the root is not trusted on that machine",
        "20" or "21" => "verification failed: the chain is not complete: an intermediate or the root certificate is missing",
        "62" or "64" => $"verification failed: the certificate is not for {name}",
        _ => $"verification failed: {Formats.Quoted(words)}",
    };

    [GeneratedRegex(@"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----\r?\n?")]
    private static partial Regex Pem();

    [GeneratedRegex(@"^verify (?<code>\d+) \((?<words>[^)]*)\)")]
    private static partial Regex Verdict();
}

using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>An error the field knows by its words.</summary>
/// <param name="Fault">The fault type it speaks to.</param>
/// <param name="Weight">When the line is of the incident's time.</param>
public sealed record LogSignature(Regex Pattern, string Fault, double Weight);

/// <summary>The signature library: errno texts of the C library and of the common runtimes, and their idioms.</summary>
public static partial class LogSignatures
{
    /// <summary>In order: the first that matches a line is its meaning.</summary>
    public static IReadOnlyList<LogSignature> All { get; } =
    [
        new(OomKill(), "memory.oom_killed", 4),
        new(NoSpace(), "disk.space_exhausted", 3),
        new(ReadOnly(), "disk.read_only", 3.5),
        new(OpenFiles(), "fd.exhausted", 3.5),
        new(ForkFailed(), "pids.exhausted", 3.5),
        new(IoError(), "disk.io_errors", 2.5),
        new(AddressInUse(), "port.conflict", 4),
        new(CertificateExpired(), "tls.certificate_expired", 3),
        new(CertificateNotYet(), "tls.not_yet_valid", 3),
        new(CertificateName(), "tls.name_mismatch", 3),
        new(CertificateUntrusted(), "tls.untrusted", 3),
        new(ResolverFailed(), "dns.resolver_broken", 2.5),
        new(NameUnknown(), "dns.name_unknown", 2.5),
        new(Refused(), "dependency.unreachable", 3),
        new(PeerTimeout(), "dependency.unreachable", 2.5),
        new(OutOfMemory(), "memory.exhausted", 2.5),
        new(ConfigWrong(), "config.invalid", 3.5),
        new(FileMissing(), "config.invalid", 3),
        new(Denied(), "config.permission", 3.5),
        new(Crashed(), "service.crash", 3),
    ];

    /// <summary>Whether a line says that a file is not there.</summary>
    internal static bool IsMissingFile(string line) => FileMissing().IsMatch(line);

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"killed process \d+ \((?<name>[^)]+)\)|oom-kill:.*task=(?<name>[\w.-]+)", Options)]
    internal static partial Regex OomKill();

    [GeneratedRegex(@"no space left on device|\bENOSPC\b|disk quota exceeded|\bEDQUOT\b|(disk|filesystem|volume) (is )?full", Options)]
    private static partial Regex NoSpace();

    [GeneratedRegex(@"read-only file ?system|\bEROFS\b", Options)]
    private static partial Regex ReadOnly();

    [GeneratedRegex(@"too many open files|\bEMFILE\b|\bENFILE\b|file table overflow", Options)]
    private static partial Regex OpenFiles();

    [GeneratedRegex(@"(can'?t|cannot|could not|unable to|failed to)? ?(fork|create (a )?(new )?(native )?thread|start new thread|spawn)[^\n]*(resource temporarily unavailable|EAGAIN|would block|out of)|resource temporarily unavailable[^\n]*(fork|thread|spawn|process)|\b(fork|clone|spawn|start|launch|exec|run)\w*\b[^\n]*resource temporarily unavailable|can't start new thread|\b(cannot|can't|could not) fork\b|fork failed|fork: retry", Options)]
    private static partial Regex ForkFailed();

    [GeneratedRegex(@"input/output error|\bEIO\b", Options)]
    private static partial Regex IoError();

    [GeneratedRegex(@"address (is )?already in use|\bEADDRINUSE\b|port (?<port>\d+) is (already )?(in use|allocated|taken)", Options)]
    private static partial Regex AddressInUse();

    [GeneratedRegex(@"certificate (has |is )?expired|\bCERT_HAS_EXPIRED\b|x509: certificate has expired|cert(ificate)?[^\n]{0,30}notafter", Options)]
    private static partial Regex CertificateExpired();

    [GeneratedRegex(@"certificate is not yet valid|\bCERT_NOT_YET_VALID\b|before its notbefore", Options)]
    private static partial Regex CertificateNotYet();

    [GeneratedRegex(@"self[- ]signed certificate|unable to get (local )?issuer certificate|certificate signed by unknown authority|unknown ca\b|certificate verify failed|UNABLE_TO_VERIFY_LEAF_SIGNATURE|PKIX path building failed|untrusted root", Options)]
    private static partial Regex CertificateUntrusted();

    [GeneratedRegex(@"hostname mismatch|ERR_TLS_CERT_ALTNAME_INVALID|certificate is (not )?valid for|does ?n[o']t match (the )?(certificate|target host|common name)|no alternative certificate subject name|IP address mismatch", Options)]
    private static partial Regex CertificateName();

    [GeneratedRegex(@"temporary failure in name resolution|\bEAI_AGAIN\b|server misbehaving|resolver? (timed out|timeout)|(lookup|dns)[^\n]{0,60}(i/o timeout|timed out|timeout|connection refused)|no (dns )?servers could be reached|resolution timed out", Options)]
    private static partial Regex ResolverFailed();

    [GeneratedRegex(@"name or service not known|\bENOTFOUND\b|no such host|could not resolve (host|hostname)|nodename nor servname|\bNXDOMAIN\b|bad address '|unknown host|name does not resolve|no address associated with hostname", Options)]
    private static partial Regex NameUnknown();

    [GeneratedRegex(@"connection refused|\bECONNREFUSED\b|failed to connect|could not connect to server|connect: no route|\bEHOSTUNREACH\b|no route to host", Options)]
    private static partial Regex Refused();

    [GeneratedRegex(@"(connect|connection|read|upstream|request|dial|socket|waiting for|response|reply|query)[^\n]{0,60}(timed out|timeout|ETIMEDOUT)|(timed out|timeout|ETIMEDOUT)[^\n]{0,40}(connect|waiting|reading|upstream|from|to )|\bETIMEDOUT\b|upstream timed out|(\d{1,3}\.){3}\d{1,3}:\d+\S*[^\n]{0,60}(timed out|timeout)", Options)]
    private static partial Regex PeerTimeout();

    [GeneratedRegex(@"heap out of memory|OutOfMemoryError|\bMemoryError\b|cannot allocate memory|\bENOMEM\b|std::bad_alloc|out of memory", Options)]
    private static partial Regex OutOfMemory();

    [GeneratedRegex(@"((config(uration)?|settings?|options?|ya?ml|toml|json|ini|\.conf|\.cnf|\.env|env(ironment)?( variable)?)\b[^\n]{0,80}\b(error|invalid|malformed|unexpected|expected|unknown|unrecogni[sz]ed|unsupported|missing|not set|bad|illegal|fail(ed|ure)?|cannot|could not|undefined|parse|parsing|required|must)|\b(invalid|malformed|unexpected|unknown|unrecogni[sz]ed|unsupported|missing|bad|illegal|parse|parsing|syntax|undefined|required)\b[^\n]{0,60}\b(config(uration)?|directive|setting|option|parameter|key|section|token|character|argument|value for|field|env(ironment)?( variable)?|ya?ml|json|toml))|JSONDecodeError|SyntaxError|YAMLException|ParserError|ScannerError|MissingSectionHeaderError|ConfigurationError|configparser\.|emerg\]|invalid literal for int|could not convert string|KeyError: '[A-Z_]+'|expecting (value|property name|',')|unbound variable|parameter not set|pars(e|ing) errors?\b|errors?\b[^\n]{0,80}\.(conf|cfg|cnf|ini|ya?ml|json|toml|properties)\b", Options)]
    private static partial Regex ConfigWrong();

    [GeneratedRegex(@"no such file or directory|\bENOENT\b|\b(file|directory|folder|path|socket)\b[^\n]{0,120}(does not exist|is missing|not found|doesn't exist)|FileNotFound|can'?t open|cannot open|applet not found|\bis a directory\b|\bEISDIR\b|\bnot a directory\b|\bENOTDIR\b", Options)]
    private static partial Regex FileMissing();

    [GeneratedRegex(@"permission denied|\bEACCES\b|\bEPERM\b|operation not permitted|access denied|\bAccessDenied|not authorized to perform", Options)]
    private static partial Regex Denied();

    [GeneratedRegex(@"traceback \(most recent|Cannot find module|ModuleNotFoundError|\bpanic: |unhandled (exception|rejection)|uncaught (exception|error)|segmentation fault|core dumped|assertion [^\n]*failed|\bfatal error: |SIGSEGV|null ?pointer|NullReferenceException|stack overflow|aborted|illegal instruction|exec format error|\bENOEXEC\b|cannot execute binary file|exec user process caused", Options)]
    private static partial Regex Crashed();

    /// <summary>A file that programs make while they run: its absence says that its maker is gone, not that a setting is wrong.</summary>
    [GeneratedRegex(@"/(var/)?run/|/dev/shm/|/tmp/|\.(sock|socket|pid)\b", Options)]
    internal static partial Regex RuntimeFile();

    /// <summary>host:port in an error, in the spellings of the common runtimes.</summary>
    [GeneratedRegex(@"(?<host>(\d{1,3}\.){3}\d{1,3}|localhost|\[[0-9a-f:]+\]|(?=[0-9.-]*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*):(?<port>\d{2,5})\b(?!:\d)|host[ =:'""]+(?<host>[a-z0-9.-]+)[^\n]{0,20}port[ =:'""]+(?<port>\d{2,5})|\('(?<host>[a-z0-9.-]+)', (?<port>\d{2,5})\)", Options)]
    internal static partial Regex Peer();

    /// <summary>A name somebody tried to resolve.</summary>
    [GeneratedRegex(@"(ENOTFOUND|EAI_AGAIN|lookup|resolve( host(name)?)?:?|host(name)?|address|resolving|for|name|https?://)[ :='""(/]*(?<name>([a-z0-9-]+\.)+[a-z0-9-]{2,}|[a-z][a-z0-9-]{2,})", Options)]
    internal static partial Regex Name();

    [GeneratedRegex(@"(?<path>/[A-Za-z0-9_.@+-]+(/[A-Za-z0-9_.@+-]+)*)", Options)]
    internal static partial Regex Path();

    [GeneratedRegex(@"(port[ =:]+|:{1,3}|, )(?<port>\d{2,5})\b", Options)]
    internal static partial Regex Port();
}

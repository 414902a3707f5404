using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>
/// A look at the system that needs no program: a connection, a handshake, a name lookup. It writes one fact a line as
/// it learns them, so that a probe that runs out of time still leaves what it saw.
/// </summary>
public interface IProbe
{
    /// <summary>The name after <c>opensre:</c>.</summary>
    string Name { get; }

    /// <summary>Looks. What the world answers, a refusal included, is output; only cancellation throws.</summary>
    Task<ProbeEnd> RunAsync(IReadOnlyList<string> arguments, ProbeOutput output, CancellationToken cancellation);
}

/// <summary>How a probe ended, in the words of a command.</summary>
public readonly record struct ProbeEnd(CommandStatus Status, int ExitCode, string Error)
{
    public static ProbeEnd Done { get; } = new(CommandStatus.Exited, 0, "");

    /// <summary>The arguments make no sense; nothing was looked at.</summary>
    public static ProbeEnd Usage(string sentence) => new(CommandStatus.Exited, 2, sentence);
}

/// <summary>Takes the facts of a probe, up to a limit.</summary>
public sealed class ProbeOutput(int limit)
{
    private readonly CappedText _text = new(limit);

    public void Line(string line)
    {
        _text.Append(line);
        _text.Append("\n");
    }

    /// <summary>Text that brings its own line ends.</summary>
    public void Write(ReadOnlySpan<char> text) => _text.Append(text);

    internal string ToText(out long cutCharacters) => _text.ToText(out cutCharacters);
}

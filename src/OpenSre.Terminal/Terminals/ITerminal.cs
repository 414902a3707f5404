namespace OpenSre.Terminal;

/// <summary>Columns and rows.</summary>
internal readonly record struct TerminalSize(int Columns, int Rows);

/// <summary>A terminal a person sits at: bytes in, bytes out, and a size that changes.</summary>
internal interface ITerminal : IDisposable
{
    TerminalSize Size { get; }

    /// <summary>Rows that no longer fit are wrapped anew by the terminal when it is made narrower (most do; xterm cuts them).</summary>
    bool Reflows { get; }

    /// <summary>Every key comes at once and as it is; pastes are marked. Does nothing when that is so already.</summary>
    void Enter();

    /// <summary>Puts the terminal back as it was found. May be called at any time, from any thread, also twice.</summary>
    void Leave();

    /// <summary>Takes the terminal again after this process was stopped and told to go on; does nothing after <see cref="Leave"/>.</summary>
    void Wake();

    /// <summary>Takes the terminal again where a child of this process has changed its settings; does nothing after <see cref="Leave"/>.</summary>
    void Retake();

    /// <summary>Hands all bytes to the terminal; one call is one frame.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Waits for input: how many bytes came, 0 at the end of input, −1 when none came in time.</summary>
    /// <param name="milliseconds">−1 waits for ever.</param>
    int Read(Span<byte> buffer, int milliseconds);

    /// <summary>Stops this process as Ctrl+Z does, and returns when it was told to go on (or cannot be stopped).</summary>
    void Suspend();
}

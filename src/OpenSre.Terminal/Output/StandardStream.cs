using System.Runtime.InteropServices;
using System.Text;

namespace OpenSre.Terminal;

/// <summary>Whoever read our output has closed it, as <c>head</c> does when it has enough.</summary>
public sealed class ReaderGoneException : IOException
{
    public ReaderGoneException() : base("Nobody reads the output any more.")
    {
    }

    public ReaderGoneException(string message) : base(message)
    {
    }

    public ReaderGoneException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

/// <summary>
/// Standard output as a stream that says when its reader has gone. The console's own stream swallows a broken pipe,
/// so that a program would work on for nobody; a FileStream would write at offsets of its own and overwrite what
/// others wrote into the same file.
/// </summary>
public sealed partial class StandardStream : Stream
{
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int TryAgainOnMac = 35;
    private const int BrokenPipe = 32;
    private readonly int _descriptor;
    private bool _readerGone;

    private StandardStream(int descriptor) => _descriptor = descriptor;

    /// <summary>A UTF-8 writer for standard output; it writes when it is flushed or its buffer is full.</summary>
    public static TextWriter Out() => Writer(1, Console.OpenStandardOutput);

    /// <summary>The same for standard error.</summary>
    public static TextWriter Error() => Writer(2, Console.OpenStandardError);

    private static StreamWriter Writer(int descriptor, Func<Stream> elsewhere) =>
        new(OperatingSystem.IsWindows() ? elsewhere() : new StandardStream(descriptor), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 4096) { NewLine = "\n" };

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="ReaderGoneException">Nobody reads any more. It is said once; what is written after that goes nowhere.</exception>
    /// <exception cref="IOException">Writing failed in another way: a full disk, say.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0 && !_readerGone)
        {
            var written = WriteTo(_descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error is TryAgain or TryAgainOnMac)
            {
                // Somebody made the terminal non-blocking; it takes more in a moment.
                Thread.Sleep(1);
            }
            else if (error == BrokenPipe)
            {
                _readerGone = true;
                throw new ReaderGoneException();
            }
            else if (error != Interrupted)
            {
                throw new IOException($"Writing failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, ReadOnlySpan<byte> buffer, nuint count);
}

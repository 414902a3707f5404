using System.Buffers.Binary;

namespace OpenSre.Terminal;

/// <summary>While it lives, the terminal on standard input does not show what is typed; lines are edited as ever. Unix only.</summary>
public sealed class UnechoedInput : IDisposable
{
    private const uint Echo = 0x8;
    private readonly byte[]? _original;

    public UnechoedInput()
    {
        // struct termios is 60 bytes on Linux and 72 on macOS; the local flags stand at 12 (4 bytes) and at 24 (8 bytes).
        var settings = new byte[128];
        if (OperatingSystem.IsWindows() || LibC.GetAttributes(0, settings) != 0)
        {
            return;
        }

        _original = settings;
        var quiet = (byte[])settings.Clone();
        var flags = quiet.AsSpan(OperatingSystem.IsMacOS() ? 24 : 12, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(flags, BinaryPrimitives.ReadUInt32LittleEndian(flags) & ~Echo);
        _ = LibC.SetAttributes(0, 0, quiet);
    }

    public void Dispose()
    {
        if (_original is not null)
        {
            _ = LibC.SetAttributes(0, 0, _original);
        }
    }
}

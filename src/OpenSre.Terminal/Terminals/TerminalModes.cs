namespace OpenSre.Terminal;

/// <summary>The modes the session switches on, and how each is taken back.</summary>
internal static class TerminalModes
{
    /// <summary>Bracketed paste, and unambiguous keys where the terminal knows them (Shift+Enter, a lone Escape).</summary>
    public static ReadOnlySpan<byte> On => "\e[?2004h\e[>1u"u8;

    /// <summary>What a child that used the terminal may have taken back, and a cursor it may have hidden.</summary>
    public static ReadOnlySpan<byte> Again => "\e[?2004h\e[?25h"u8;

    /// <summary>Ends a frame that was cut off, shows the cursor, and takes back what <see cref="On"/> set.</summary>
    public static ReadOnlySpan<byte> Off => "\e[?2026l\e[?25h\e[m\e[?2004l\e[<u"u8;
}

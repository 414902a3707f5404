namespace OpenSre.Terminal;

internal enum KeyCode
{
    /// <summary>One character, or several typed faster than they were read. With a modifier: that key.</summary>
    Text,

    /// <summary>A bracketed paste, whole.</summary>
    Paste,
    Enter,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    Escape,

    /// <summary>Something no key of ours: a reply of the terminal, an unknown sequence.</summary>
    Other,
}

[Flags]
internal enum KeyModifiers
{
    None = 0,
    Shift = 1,
    Alt = 2,
    Control = 4,
}

internal readonly record struct Key(KeyCode Code, string Text = "", KeyModifiers Modifiers = KeyModifiers.None)
{
    public bool IsControl(char letter) => Code == KeyCode.Text && Modifiers == KeyModifiers.Control && Text.Length == 1 && Text[0] == letter;

    public bool IsAlt(char letter) => Code == KeyCode.Text && Modifiers == KeyModifiers.Alt && Text.Length == 1 && Text[0] == letter;
}

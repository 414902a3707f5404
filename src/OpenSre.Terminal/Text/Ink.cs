namespace OpenSre.Terminal;

/// <summary>What a piece of text means; a <see cref="Theme"/> says how that looks.</summary>
[Flags]
internal enum Ink
{
    None = 0,
    Bold = 1,
    Dim = 2,
    Italic = 4,
    Underline = 8,
    Reverse = 16,

    /// <summary>Names and identifiers.</summary>
    Accent = 32,
    Good = 64,
    Warn = 128,
    Bad = 256,
    Code = 512,
    Heading = 1024,
    Link = 2048,
}

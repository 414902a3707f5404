namespace OpenSre.Cli;

/// <summary>What a script can read from the way the program ended. There are no others.</summary>
internal static class ExitCodes
{
    /// <summary>A report was produced, or the answer needed none.</summary>
    public const int Done = 0;

    /// <summary>The program failed, or was stopped before there was a report.</summary>
    public const int Failed = 1;

    /// <summary>The input or the options cannot be used.</summary>
    public const int Unusable = 2;
}

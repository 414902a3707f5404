namespace OpenSre.Terminal;

/// <summary>What standard input and output of this process are.</summary>
internal static class StandardTerminal
{
    public static bool IsTerminal(int descriptor) => OperatingSystem.IsWindows()
        ? !(descriptor == 0 ? Console.IsInputRedirected : Console.IsOutputRedirected)
        : LibC.IsATty(descriptor) == 1;

    /// <summary>The columns of the terminal on standard output, or 0 when it does not say.</summary>
    public static int Columns()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.IsOutputRedirected ? 0 : Console.WindowWidth;
        }

        return LibC.WindowSize(1)?.Columns ?? 0;
    }

    /// <summary>The rows of the terminal on standard output, or 0 when it does not say.</summary>
    public static int Rows()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.IsOutputRedirected ? 0 : Console.WindowHeight;
        }

        return LibC.WindowSize(1)?.Rows ?? 0;
    }

    /// <summary>The terminal of this process, or null when there is none to edit on.</summary>
    public static ITerminal? Open()
    {
        if (!IsTerminal(0) || !IsTerminal(1))
        {
            return null;
        }

        return OperatingSystem.IsWindows() ? new WindowsTerminal() : UnixTerminal.Open();
    }
}

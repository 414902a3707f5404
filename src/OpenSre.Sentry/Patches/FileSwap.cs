using System.Runtime.InteropServices;

namespace OpenSre.Sentry;

/// <summary>
/// Lets two files of one folder change their names in one step, where the system can. So a file is replaced at once, and
/// what it was until that very moment is still there to be looked at.
/// </summary>
internal static partial class FileSwap
{
    private const int Here = -100;
    private const uint Exchange = 2;
    private static bool s_isMissing = !OperatingSystem.IsLinux();

    /// <returns>False when nothing was changed: the system or its file system cannot, or one of the files is not there.</returns>
    public static bool Try(string one, string other)
    {
        if (s_isMissing)
        {
            return false;
        }

        try
        {
            return Rename(Here, one, Here, other, Exchange) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            s_isMissing = true;
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int fromFolder, string from, int toFolder, string to, uint flags);
}

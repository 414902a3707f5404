using System.Reflection;

namespace OpenSre.Cli;

internal static class ProgramVersion
{
    /// <summary>The version without the commit the build may have added.</summary>
    public static string Text { get; } =
        (typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];
}

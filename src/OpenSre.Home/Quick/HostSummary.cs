using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>A host in one line, for any face.</summary>
public static class HostSummary
{
    public static string Of(HostReading reading)
    {
        var line = reading.Problem ?? StatusWords.Line(reading, QuickUnit.Usual);
        return SafeText.Line(line.StartsWith(reading.Host + ":", StringComparison.Ordinal) ? line : $"{reading.Host}: {line}", 600);
    }
}

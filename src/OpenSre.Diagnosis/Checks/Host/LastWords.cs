using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>What the log of a service or container says at the moment it ended.</summary>
internal static class LastWords
{
    private const double Before = 20;
    private const double After = 10;

    /// <summary>
    /// An error it ended with: what dies of itself leaves one as its last word, what was told to stop does not. Null when there
    /// is none, or when the log was not read.
    /// </summary>
    /// <param name="endedAgo">Seconds since it ended.</param>
    public static LogLine? Error(CheckContext context, Entity source, double endedAgo)
    {
        foreach (var line in LogLines.All(context))
        {
            if (line.Source == source && !line.IsOutside && line.SecondsAgo is { } ago && ago >= endedAgo - After && ago <= endedAgo + Before && context.Words.IsError(line.Text))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>Whether its log was read at all: only then does the absence of an error mean something.</summary>
    public static bool AreKnown(CheckContext context, Entity source) => LogLines.All(context).Any(l => l.Source == source && !l.IsOutside);

    /// <summary>The claim that goes with it.</summary>
    public static string Claim(Entity source, LogLine line) => $"the last words of {source.Name} are an error: {SafeText.Line(LogLines.Message(line.Text), 120)}";
}

namespace OpenSre.Home;

/// <summary>What a topic is called in a sentence.</summary>
internal static class QuickSubjects
{
    public static string Of(QuickTopic topic) => topic switch
    {
        QuickTopic.Cpu => "CPU use",
        QuickTopic.Disk => "disk space",
        QuickTopic.Address => "addresses",
        QuickTopic.Arrays => "disk health",
        QuickTopic.System => "operating system",
        QuickTopic.Network => "network traffic",
        QuickTopic.Processes => "busiest processes",
        _ => topic.ToString().ToLowerInvariant(),
    };
}

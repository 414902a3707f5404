namespace OpenSre.Cli;

internal static class AgentsHelp
{
    public const string Text = """
        The AI agents on this machine, looked at as services.

        opensre agents [list] [--json] [--watch [--investigate]] [--sort KEY] [--filter TEXT]
                                                        what runs, how it is and why, what it costs; --watch goes on,
                                                        tells breaches on the bus, and --investigate looks into them
        opensre agents show PID [--json]                everything known of one
        opensre agents investigate PID|NAME [--json]    why it loops, hangs, is refused or has ended, with what says so
        opensre agents scan [--register] [--repeat N]   finds them and says how long it took
        opensre agents trace PID [--stderr] [--backlog LINES] [--deleted] [--raw]
                                                        what it writes, as it writes it; Ctrl+C ends it
        opensre agents bus [--json] [--filter TEXT]     listen to what agents tell each other
        opensre agents publish SUMMARY [--agent NAME:PID] [--path FILE:LINE] [--topic T] [--source S] [--data JSON]
        opensre agents broker                           keep the bus open until stopped
        opensre agents budget [AGENT USD]               what they may spend in an hour
        opensre agents conflicts [--window SECONDS] [--watch [--inotify]]
                                                        who writes what another one writes; --watch sees shell commands too
        opensre agents claim [BRANCH AGENT]             a branch is one agent's own; release BRANCH gives it up
        opensre agents register PID [NAME]              give one a name; forget PID takes it back
        opensre agents wait PID --on OTHER              who waits for whom; graph shows it
        opensre agents kill PID [--force] [--yes]       also pause PID and resume PID; asks once

        """;
}

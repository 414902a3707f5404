namespace OpenSre.Cli;

internal static class AgentsHelp
{
    public const string Text = """
        The AI agents on this machine, looked at as services.

        opensre agents [list] [--json]                  what runs
        opensre agents bus [--json] [--filter TEXT]     listen to what agents tell each other; Ctrl+C ends it
        opensre agents publish SUMMARY [--agent NAME:PID] [--path FILE:LINE] [--topic T] [--source S] [--data JSON]
        opensre agents broker                           keep the bus open until stopped

        """;
}

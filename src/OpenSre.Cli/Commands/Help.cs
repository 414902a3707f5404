namespace OpenSre.Cli;

internal static class Help
{
    public const string Text = """
        OpenSRE investigates alerts and questions about a system and says what is wrong, with evidence.
        It looks only; it changes nothing. No model and no key is needed.

        opensre                        talk to it: a session in the terminal
        opensre "disk full on web-1"   the same, beginning with a question
        opensre alert.json             the same, beginning with an alert in a file, from any vendor
        opensre --plain                the same as lines of text, for a screen reader
        opensre --resume WORDS         go on with an earlier session, by its id or words of its title
        opensre -n NAMESPACE "…"       the same about a Kubernetes cluster, through kubectl
        opensre --host NAME "…"        the same about another machine, through ssh
        opensre FOLDER                 a cluster as it was saved: kubectl's outputs, or a support bundle
        … | opensre                    one investigation of what comes through the pipe, then the end
        … | opensre --json             the same, one event a line as JSON
        echo /status | opensre         commands of a session, one a line: those that only look

        opensre record FILE [-o OUT]   investigate, and keep all that was read in a bundle; --host as above
        opensre replay BUNDLE          investigate a bundle again, away from the system; --json as above
        opensre fix ISSUE              have Sentry's Seer fix an issue and apply its patch here; fix --help
        opensre serve [--url URL]      investigations over HTTP: page, API, event streams, webhooks
        opensre home [doctor|pair|…]   the assistant of a home, over Signal; home --help
        opensre hosts [trust NAME]     how the machines are that it knows; get to know a machine's key
        opensre model [list]           the models it could ask; pick NAME chooses, test [NAME] tries,
                                       transcript shows what the last one was sent
        --prometheus URL               ask this Prometheus for metrics; else PROMETHEUS_URL, or
                                       prometheus: {url: …} in config.yaml; token: PROMETHEUS_TOKEN
        --loki URL                     ask this Loki for logs; LOKI_URL, loki: {url: …}, LOKI_TOKEN
        --model NAME, --offline        ask this model; ask none
        opensre mcp [help]             MCP servers as sources of evidence; mcp serve is one itself
        opensre context [QUESTION]     the notes and runbooks it knows of, and which fit a question
        opensre memory [list]          past incidents; show ID, fixed ID WHAT, forget ID
        opensre doctor                 what can be looked at from here, what cannot, and how to change that
        opensre tools [--json]         the tools it looks with
        opensre agents [help]          the AI agents on this machine: what they do and cost
        opensre --version              the version
        opensre --help                 this text

        In a pipe it ends with 0 when it has given its report, 2 when the input cannot be used and
        1 when it failed or was stopped. OPENSRE_HOME says where sessions are kept, if not in
        ~/.config/opensre. NO_COLOR and TERM=dumb are respected.

        """;
}

using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>Makes the terminal work without anything to work on: for measuring, for tests, for looking at it.</summary>
internal sealed class DemoCommand : ISessionCommand
{
    private const string Text = """
        ## Findings

        The service **checkout** began to refuse requests at 10:04 when its volume `/srv/data` ran full. 磁盘已满, 日誌は 10:04 以降 空 🚀.

        - `df` shows 100 % on `/srv` since the deploy of *v2.41*
        - the log says `No space left on device` 1,204 times
        - nothing else changed in this window

        | service | errors | p99 |
        |---|---:|---:|
        | checkout | 1,204 | 8.1 s |
        | cart | 3 | 120 ms |
        | 结账 | 0 | 95 ms |

        ```sh
        $ df -h /srv
        /dev/vdb1  10G  10G  0  100% /srv
        ```

        See https://example.org/runbooks/disk for what to do next.


        """;

    public CommandInfo Info { get; } = new("/demo", "/demo stream [tokens/s] [seconds] | burst KB | silence SECONDS | ask [command] | fail | break | crash", "for developers", "/demo stream 200 10") { IsHidden = true };

    public async Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var words = argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words.FirstOrDefault())
        {
            case "stream":
                await StreamAsync(session, Number(words, 1, 200), Number(words, 2, 10), cancellation).ConfigureAwait(false);
                break;
            case "burst":
                var pieces = Enumerable.Repeat(Text, Math.Max(1, (int)(Number(words, 1, 100) * 1024 / Text.Length)));
                session.View.Show(new MessageDelta(string.Concat(pieces)));
                session.View.Show(End);
                break;
            case "silence":
                await Task.Delay(TimeSpan.FromSeconds(Number(words, 1, 5)), session.Time, cancellation).ConfigureAwait(false);
                break;
            case "ask":
                await AskAsync(session, words.Length > 1 ? string.Join(' ', words[1..]) : "systemctl restart checkout", cancellation).ConfigureAwait(false);
                break;
            case "fail":
                throw new InvalidOperationException("A tool threw on purpose \e[31mand tried to colour\e[0m it.");
            case "break":
                session.View.Page("a page that cannot be drawn", null!);
                break;
            case "crash":
                new Thread(() => throw new InvalidOperationException("A thread was made to crash.")).Start();
                break;
            default:
                session.Say(Info.Usage);
                break;
        }
    }

    private static InvestigationFinished End { get; } = new(0, 0, TimeSpan.Zero);

    private static double Number(string[] words, int index, double otherwise) =>
        index < words.Length && double.TryParse(words[index], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static async Task StreamAsync(Session session, double rate, double seconds, CancellationToken cancellation)
    {
        var tokens = Tokens().ToList();
        var began = session.Time.GetTimestamp();
        try
        {
            for (long sent = 0; session.Time.GetElapsedTime(began).TotalSeconds is var elapsed && elapsed < seconds;)
            {
                for (; sent < elapsed * rate; sent++)
                {
                    session.View.Show(new MessageDelta(tokens[(int)(sent % tokens.Count)]));
                }

                await Task.Delay(TimeSpan.FromMilliseconds(4), session.Time, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            session.View.Show(End);
        }
    }

    /// <summary>Pieces of the size models send: about four characters, words with the space before them.</summary>
    private static IEnumerable<string> Tokens()
    {
        for (var i = 0; i < Text.Length;)
        {
            var length = 1;
            while (length < 5 && i + length < Text.Length && char.IsAsciiLetterOrDigit(Text[i + length]))
            {
                length++;
            }

            yield return Text.Substring(i, length);
            i += length;
        }
    }

    private static async Task AskAsync(Session session, string command, CancellationToken cancellation)
    {
        var request = session.Approvals.Request("demo", new Dictionary<string, string>(), command, "you asked to see a question", "nothing: it is not run");
        var decision = await session.Approvals.DecideAsync(request, cancellation).ConfigureAwait(false);
        session.Say($"{decision.Outcome.ToString().ToLowerInvariant()}, by {decision.By}");
    }
}

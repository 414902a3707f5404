using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

/// <summary>Things that change while one looks at them, in place of the prompt.</summary>
public sealed class BoardTests : LiveHarness
{
    private readonly List<string> _things = ["apple", "banana", "cherry"];
    private int _looks;

    [Fact]
    public void A_board_is_leafed_sorted_filtered_and_a_key_names_what_is_chosen()
    {
        WithBoard();
        Type("/things\r");
        See("▸ things · by name");
        See("› apple\n    sweet\n  banana\n    sweet\n  cherry");
        See("  3 things\n  i picks it · q closes · ↑↓ choose · s sorts · / filters");
        Type("j");
        See("› banana");
        _things.Insert(0, "almond");
        Wait(() => Count("› banana") == 1 && Count("  almond") == 1, "the choice to stay at the same thing");
        Type("s");
        See("by length");
        Type("/rr\r");
        See("· only rr");
        See("› cherry");
        Wait(() => Count("almond") == 0, "the others to be left out");
        Type("/\u007f\u007f\r");
        See("  almond");
        Type("\u001b[H");
        See("› almond");
        Type("i");
        See("picked i almond");
        See("idle");
        Assert.Equal(0, Count("q closes"));
        Assert.Equal(1, Count("›", exactly: true));
        Assert.Empty(_terminal.Look(s => s.Refused));
    }

    [Fact]
    public void A_board_that_does_not_change_writes_nothing_and_what_is_typed_behind_its_end_is_typed_text()
    {
        WithBoard();
        Type("/things\r");
        See("› apple");
        var looks = _looks;
        Wait(() => _looks > looks + 2, "more looks");
        var writes = _terminal.Writes;
        looks = _looks;
        Wait(() => _looks > looks + 5, "more looks");
        Assert.Equal(writes, _terminal.Writes);
        Type("qnext");
        See("› next");
        See("picked nothing");
    }

    [Fact]
    public void More_things_than_rows_are_shown_around_the_one_chosen()
    {
        _terminal.Resize(40, 12);
        _things.AddRange(Enumerable.Range(1, 30).Select(i => $"thing {i}"));
        WithBoard();
        Type("/things\r");
        See("1–3 of 33");
        Type("\u001b[F");
        See("› thing 9");
        See("31–33 of 33");
        Assert.All(_terminal.Look(s => s.Visible()), r => Assert.InRange(OpenSre.Terminal.TextWidth.Of(r), 0, 39));
        Assert.InRange(_terminal.Look(s => s.Visible().Count), 1, 12);
        Type("\u001b[27u");
        See("picked nothing");
    }

    [Fact]
    public void A_question_is_asked_above_all_else_and_then_the_board_goes_on()
    {
        var ask = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _investigate = async (_, publish, _, cancellation) =>
        {
            await ask.Task.WaitAsync(cancellation);
            var gate = _live!.Session.Approvals;
            var decision = await gate.DecideAsync(gate.Request("demo", new Dictionary<string, string>(), "systemctl restart checkout", "because", "nothing"), cancellation);
            publish(new InvestigationStarted($"it was {decision.Outcome}", "built-in engine"));
            return await Finish(publish);
        };
        WithBoard();
        Type("/background disk full on web-1\r");
        See("1 in the background");
        Type("/things\r");
        See("› apple");
        ask.SetResult();
        See("This changes something");
        Thread.Sleep(300);
        Type("n");
        See("  no");
        See("› apple");
        Type("q");
        See("picked nothing");
    }

    [Fact]
    public void A_look_that_fails_is_a_sentence_and_a_prompt()
    {
        _things.Clear();
        WithBoard(() => throw new IOException("The table of processes is gone."));
        Type("/things\r");
        See("That did not work: The table of processes is gone.");
        See("idle");
        Type("typed");
        See("› typed");
    }

    [Fact]
    public void Any_character_may_be_typed_into_a_panel()
    {
        WithBoard();
        Type("/things\r");
        See("› apple");
        Type("😀x");
        Type("/😀\r");
        See("only 😀");
        Type("q");
        See("picked nothing");
    }

    private void WithBoard(Action? before = null)
    {
        var board = new Board
        {
            Title = "things",
            Orders = ["name", "length"],
            Keys = [new BoardKey('i', "picks it")],
            Beat = TimeSpan.FromMilliseconds(50),
            Look = request =>
            {
                before?.Invoke();
                _looks++;
                var shown = _things.ToArray().Where(t => t.Contains(request.Filter, StringComparison.Ordinal)).ToList();
                var sorted = request.Order == "length" ? shown.OrderByDescending(t => t.Length) : shown.Order(StringComparer.Ordinal);
                return new BoardFrame([], [.. sorted.Select(t => new BoardItem(t, [t, "  sweet"]))], [$"{shown.Count} things"]);
            },
        };
        _with = host => host with
        {
            Programs = [new SessionProgram("/things", "/things", "things", "/things", async (_, face, cancellation) => face.Output.Write(await face.WatchAsync(board, cancellation) is { } choice ? $"picked {choice.Key} {choice.Id}\n" : "picked nothing\n"))],
        };
        Start();
    }
}

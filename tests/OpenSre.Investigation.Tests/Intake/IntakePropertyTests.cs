using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation.Intake;

/// <summary>Whatever arrives, the intake answers with a result that holds what it promises.</summary>
public sealed class IntakePropertyTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Samples =
        [.. Directory.EnumerateFiles(RepositoryRoot.File("examples", "alerts")).Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    /// <summary>Values of every type, and the ones parsers stumble over.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e999", "123456789012345678901234567890", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\u001b[2J\"", "{}", "[]", "[null]",
        "[[\"a\",\"b\"],[1]]", "{\"\":\"\"}", "\"{\\\"alerts\\\":[]}\"", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59-14:00\"", "1777888800000000000", "\"resolved\"", "\"\\u202e\"",
    ];

    private static bool Holds(string text)
    {
        var result = AlertIntake.Read(text, Now);
        return result.Dialect.Length > 0
            && result.Message.Length > 0
            && !result.Message.Any(char.IsControl)
            && result.Alerts.Count == 0 == result.Kind is IntakeKind.Noise or IntakeKind.Unusable
            && result.Alerts.All(a => a.Name.Trim().Length > 0 && a.Summary.Length > 0 && a.Fingerprint.Length > 0 && !a.Name.Any(char.IsControl)
                && !a.Summary.Any(c => char.IsControl(c) && c is not ('\n' or '\t')))
            && (result.Kind != IntakeKind.Question || result.Alerts.Any(a => a.Question is { Length: > 0 }));
    }

    [Fact]
    public void Any_text_is_answered() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>().Filter(s => s is not null), Holds).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_mixture_of_the_characters_that_matter_is_answered()
    {
        var pieces = Gen.Elements(
            "{", "}", "[", "]", "\"", ":", ",", "\\", "\n", "\r\n", " ", "```", "name", "alerts", "?", "why ", "ERROR ", "\ud800", "\u001b[", "1", "data=", "%", "--b",
            "May  4 10:00:00 a b: ", "2026-05-04T10:00:00Z ", "POST / HTTP/1.1\n", "[RESOLVED] ", "hi", "/var", "=", "service ", "😀", "\u0085", "\u200b");
        Prop.ForAll(Arb.From(Gen.ListOf(pieces).Select(p => string.Concat(p))), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    /// <summary>Cuts, joins and swaps pieces of real payloads.</summary>
    [Fact]
    public void Any_damaged_payload_is_answered()
    {
        var damage =
            from sample in Gen.Elements(Samples)
            from other in Gen.Elements(Samples)
            from kind in Gen.Choose(0, 3)
            from a in Gen.Choose(0, sample.Length)
            from b in Gen.Choose(0, sample.Length)
            from c in Gen.Choose(0, other.Length)
            let low = Math.Min(a, b)
            let high = Math.Max(a, b)
            select kind switch
            {
                0 => sample[..a],
                1 => sample[..low] + sample[high..],
                2 => sample[..a] + other[c..],
                _ => sample + other,
            };
        Prop.ForAll(Arb.From(damage), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    /// <summary>Real payloads whose values have another type than any vendor sends.</summary>
    [Fact]
    public void Any_payload_with_values_of_the_wrong_type_is_answered()
    {
        var mutated =
            from sample in Gen.Elements(Samples)
            from places in Gen.ListOf(Gen.Choose(0, 200)).Select(p => p.Take(4))
            from value in Gen.Elements(Values)
            select places.Aggregate(sample, (text, place) => ReplaceValue(text, place, value));
        Prop.ForAll(Arb.From(mutated), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Hostile_text_takes_no_long_time()
    {
        string[] hostile =
        [
            Repeat("a-", 200_000), Repeat("service ", 100_000), Repeat("/a", 200_000), Repeat("?", 400_000), Repeat("a=", 200_000), Repeat("[", 400_000),
            Repeat("x.", 200_000), Repeat("[\n", 200_000), Repeat("{ \n", 100_000), Repeat("1:", 200_000), Repeat(" \n", 200_000), Repeat("\\ud800", 100_000),
            $"{{\"name\":\"{Repeat("a-", 1_000_000)}\"}}", $"{{\"message\":\"secret {Repeat("a-", 1_000_000)}\"}}", $"[{Repeat("{\"a\":1},", 100_000)}{{}}]", Repeat("{\"level\":\"info\",\"msg\":\"x\"}\n", 50_000),
        ];
        var clock = Stopwatch.StartNew();

        Assert.All(hostile, text => Assert.True(Holds(text)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(90), $"It took {clock.Elapsed.TotalSeconds:0.0} s.");
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    /// <summary>The text with the value after its n-th colon (counted around) exchanged, if that is a simple one.</summary>
    private static string ReplaceValue(string text, int place, string value)
    {
        var colons = Enumerable.Range(0, text.Length).Where(i => text[i] == ':' && i > 0 && text[i - 1] == '"').ToList();
        if (colons.Count == 0)
        {
            return text;
        }

        var start = colons[place % colons.Count] + 1;
        var end = text.AsSpan(start).IndexOfAny(",\n}");
        return end < 0 ? text : $"{text[..start]}{value}{text[(start + end)..]}";
    }
}

using FsCheck;
using FsCheck.Fluent;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources.Execution;

public sealed class CappedTextTests
{
    [Fact]
    public void Text_within_the_limit_stays_as_it_is()
    {
        Assert.Equal("one\ntwo\n", CappedText.Cap("one\ntwo\n", 8, out var cut));
        Assert.Equal(0, cut);
    }

    [Fact]
    public void A_longer_text_keeps_its_first_and_last_lines_whole()
    {
        var text = string.Concat(Enumerable.Range(1, 100).Select(i => $"line {i}\n"));

        var capped = CappedText.Cap(text, 60, out var cut);

        Assert.Equal($"line 1\nline 2\nline 3\nline 4\n[… {cut} characters cut …]\nline 98\nline 99\nline 100\n", capped);
        Assert.Equal(text.Length, cut + (4 * 7) + 8 + 8 + 9);
    }

    [Fact]
    public void A_surrogate_pair_is_never_split()
    {
        var text = string.Concat(Enumerable.Repeat("🙂", 100));
        foreach (var limit in Enumerable.Range(0, 40))
        {
            Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(CappedText.Cap(text, limit, out _))));
        }
    }

    [Fact]
    public void Pieces_add_up_to_what_the_whole_would_give() => Prop.ForAll(
        ArbMap.Default.ArbFor<string[]>(),
        ArbMap.Default.ArbFor<PositiveInt>(),
        (pieces, limit) =>
        {
            var clean = (pieces ?? []).Select(p => p ?? "").ToArray();
            var whole = string.Concat(clean);
            var text = new CappedText(limit.Get);
            foreach (var piece in clean)
            {
                text.Append(piece);
            }

            var joined = text.ToText(out var cut);
            var atOnce = CappedText.Cap(whole, limit.Get, out var cutAtOnce);
            return joined == atOnce && cut == cutAtOnce
                && (cut == 0 ? joined == whole : joined.Contains(CappedText.CutLine(cut), StringComparison.Ordinal) && whole.Length - cut <= limit.Get);
        }).QuickCheckThrowOnFailure();
}

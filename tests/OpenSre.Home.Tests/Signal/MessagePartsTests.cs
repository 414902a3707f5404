using System.Text;

namespace OpenSre.Home.Tests;

public class MessagePartsTests
{
    [Fact]
    public void Short_text_is_one_message()
    {
        var (parts, file) = MessageParts.Of(" hello \n");
        Assert.Equal(["hello"], parts);
        Assert.Null(file);
        Assert.Single(MessageParts.Of(new string('x', 2000)).Parts);
    }

    [Fact]
    public void Longer_text_is_cut_at_the_ends_of_sentences_and_nothing_is_lost()
    {
        var sentence = "The disk of sagan fills by 3 GB an hour. ";
        var text = string.Concat(Enumerable.Repeat(sentence, 120)).Trim();
        var (parts, file) = MessageParts.Of(text);
        Assert.Null(file);
        Assert.True(parts.Count is 3);
        Assert.All(parts, p => Assert.True(Encoding.UTF8.GetByteCount(p) <= 2000));
        Assert.All(parts, p => Assert.EndsWith(".", p));
        Assert.Equal(text, string.Join(' ', parts));
    }

    [Fact]
    public void Characters_are_never_cut_in_two()
    {
        var (parts, _) = MessageParts.Of(string.Concat(Enumerable.Repeat("🌡", 1200)));
        Assert.All(parts, p => Assert.True(Encoding.UTF8.GetByteCount(p) <= 2000 && !p.Contains('\ufffd') && p.EnumerateRunes().All(r => r.Value == 0x1F321)));
        Assert.Equal(1200, parts.Sum(p => p.EnumerateRunes().Count()));
    }

    [Fact]
    public void Very_long_text_is_a_beginning_and_a_file()
    {
        var text = string.Concat(Enumerable.Range(0, 2000).Select(i => $"line {i}\n"));
        var (parts, file) = MessageParts.Of(text);
        Assert.Single(parts);
        Assert.True(Encoding.UTF8.GetByteCount(parts[0]) <= 2000);
        Assert.EndsWith("report.txt", parts[0]);
        Assert.Equal(text.Trim(), file);
    }

    [Fact]
    public void The_beginning_and_what_follows_are_the_whole()
    {
        var text = string.Concat(Enumerable.Repeat("a sentence of words. ", 300)).Trim();
        var first = MessageParts.Beginning(text);
        Assert.StartsWith(first, text);
        Assert.True(Encoding.UTF8.GetByteCount(first) <= 2000);
        Assert.EndsWith(".", first);
    }
}

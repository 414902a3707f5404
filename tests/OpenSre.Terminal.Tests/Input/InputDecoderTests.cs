using System.Text;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class InputDecoderTests
{
    public static TheoryData<string, int, string, int> Sequences { get; } = new()
    {
        { "a", (int)KeyCode.Text, "a", 0 },
        { "é", (int)KeyCode.Text, "é", 0 },
        { "漢", (int)KeyCode.Text, "漢", 0 },
        { "🙂", (int)KeyCode.Text, "🙂", 0 },
        { "\r", (int)KeyCode.Enter, "", 0 },
        { "\n", (int)KeyCode.Text, "j", 4 },
        { "\u001b\r", (int)KeyCode.Enter, "", 2 },
        { "\u001b[13;2u", (int)KeyCode.Enter, "", 1 },
        { "\u001b[27;2;13~", (int)KeyCode.Enter, "", 1 },
        { "\t", (int)KeyCode.Tab, "", 0 },
        { "\u001b[Z", (int)KeyCode.Tab, "", 1 },
        { "\u007f", (int)KeyCode.Backspace, "", 0 },
        { "\u001b\u007f", (int)KeyCode.Backspace, "", 2 },
        { "\u0003", (int)KeyCode.Text, "c", 4 },
        { "\u001b[99;5u", (int)KeyCode.Text, "c", 4 },
        { "\u001f", (int)KeyCode.Text, "_", 4 },
        { "\u001bb", (int)KeyCode.Text, "b", 2 },
        { "\u001b[A", (int)KeyCode.Up, "", 0 },
        { "\u001bOB", (int)KeyCode.Down, "", 0 },
        { "\u001b[1;5C", (int)KeyCode.Right, "", 4 },
        { "\u001b[1;3D", (int)KeyCode.Left, "", 2 },
        { "\u001b[H", (int)KeyCode.Home, "", 0 },
        { "\u001b[4~", (int)KeyCode.End, "", 0 },
        { "\u001b[3~", (int)KeyCode.Delete, "", 0 },
        { "\u001b[27u", (int)KeyCode.Escape, "", 0 },
        { "\u001b[?62;4c", (int)KeyCode.Other, "", 0 },
        { "\u001b]11;rgb:0000/0000/0000\u0007", (int)KeyCode.Other, "", 0 },
        { "\u001b[200~a\r\nb\rc\u001b[3~\u001b[201~", (int)KeyCode.Paste, "a\nb\nc\u001b[3~", 0 },
    };

    [Theory]
    [MemberData(nameof(Sequences))]
    public void A_sequence_is_one_key_wherever_it_is_cut(string bytes, int code, string text, int modifiers)
    {
        var expected = new Key((KeyCode)code, text, (KeyModifiers)modifiers);
        var all = Encoding.UTF8.GetBytes(bytes);
        for (var cut = 0; cut < all.Length; cut++)
        {
            var decoder = new InputDecoder();
            List<Key> keys = [];
            decoder.Decode(all.AsSpan(0, cut), keys.Add);
            Assert.Empty(keys);
            decoder.Decode(all.AsSpan(cut), keys.Add);
            Assert.Equal([expected], keys);
            Assert.False(decoder.IsWaiting);
        }
    }

    [Fact]
    public void A_lone_escape_is_one_when_nothing_follows_it()
    {
        var decoder = new InputDecoder();
        List<Key> keys = [];
        decoder.Decode("\u001b"u8, keys.Add);
        Assert.True(decoder.IsWaiting);
        decoder.Flush(keys.Add);
        decoder.Decode("\u001b\u001b[A"u8, keys.Add);
        Assert.Equal([KeyCode.Escape, KeyCode.Escape, KeyCode.Up], keys.Select(k => k.Code));
    }

    [Fact]
    public void A_character_cut_off_by_another_is_replaced_and_the_other_is_kept()
    {
        var decoder = new InputDecoder();
        List<Key> keys = [];
        decoder.Decode([0xe6, 0xbc, (byte)'x', 0xff, (byte)'y'], keys.Add);
        Assert.Equal("\ufffdx\ufffdy", string.Concat(keys.Select(k => k.Text)));
    }

    [Fact]
    public void A_megabyte_is_pasted_in_pieces_and_what_follows_is_typed()
    {
        var text = string.Concat(Enumerable.Repeat("line of text 漢\n", 70_000));
        var bytes = Encoding.UTF8.GetBytes($"\u001b[200~{text}\u001b[201~x\r");
        var decoder = new InputDecoder();
        List<Key> keys = [];
        for (var at = 0; at < bytes.Length; at += 4095)
        {
            decoder.Decode(bytes.AsSpan(at, Math.Min(4095, bytes.Length - at)), keys.Add);
        }

        Assert.Equal([new Key(KeyCode.Paste, text), new Key(KeyCode.Text, "x"), new Key(KeyCode.Enter)], keys);
    }
}

using System.Text;

namespace OpenSre.Home.Tests;

public class EnvelopeReaderTests
{
    private const string Head = """{"account":"+15550100000","envelope":{"source":"+15550100001","sourceNumber":null,"sourceUuid":"0A1B2C3D-0000-4000-8000-000000000001","sourceName":"M","sourceDevice":1,"timestamp":1768100104294,""";
    private readonly EnvelopeReader _reader = new("+15550100000", "self");

    private SignalInbound Read(string frame, Func<long, bool>? isOurs = null) => _reader.Read(Encoding.UTF8.GetBytes(frame), DateTimeOffset.UnixEpoch, isOurs ?? (_ => false));

    private ChatMessage Said(string rest, Func<long, bool>? isOurs = null) => Assert.IsType<SignalInbound.Said>(Read(Head + rest, isOurs)).Message;

    [Fact]
    public void A_direct_message()
    {
        var message = Said("""
            "dataMessage":{"timestamp":1768100104294,"message":"status","expiresInSeconds":0,"isExpirationUpdate":false,"viewOnce":false}}}
            """);
        Assert.Equal(("0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-000000000001", 1768100104294, "status", false), (message.Chat, message.Sender, message.Timestamp, message.Text, message.IsGroup));
    }

    [Fact]
    public void The_same_from_the_webhook_and_with_a_trace_behind_it()
    {
        var frame = Head + """ "dataMessage":{"timestamp":1,"message":"x"}}}""";
        Assert.IsType<SignalInbound.Said>(Read($$"""{"jsonrpc":"2.0","method":"receive","params":{{frame}}}"""));
        Assert.IsType<SignalInbound.Said>(Read(frame + "\nTraceback (most recent call last):\n  File \"x\""));
        Assert.IsType<SignalInbound.Broken>(Read("Traceback"));
        Assert.IsType<SignalInbound.Broken>(Read("{\"account\":"));
        Assert.IsType<SignalInbound.Broken>(Read("[]"));
    }

    [Fact]
    public void Quotes_and_reactions_on_our_messages_name_us()
    {
        var quoting = Said("""
            "dataMessage":{"timestamp":2,"message":"approve","quote":{"id":1768100150000,"author":"+15550100000","authorNumber":"+15550100000","authorUuid":"9f8e","text":"code 7KQ4","attachments":[]}}}}
            """);
        Assert.Equal(new ChatQuote(1768100150000, "self", "code 7KQ4"), quoting.Quote);
        var reacting = Said("""
            "dataMessage":{"timestamp":3,"message":null,"reaction":{"emoji":"👍","targetAuthor":"+15550100000","targetAuthorNumber":"+15550100000","targetAuthorUuid":"9f8e","targetSentTimestamp":5,"isRemove":true}}}}
            """);
        Assert.Equal((new ChatReaction("👍", 5, "self", true), ""), (reacting.Reaction, reacting.Text));
        var other = Said("""
            "dataMessage":{"timestamp":3,"message":null,"reaction":{"emoji":"👍","targetAuthor":"+15550100009","targetAuthorNumber":"+15550100009","targetAuthorUuid":"77","targetSentTimestamp":5,"isRemove":false}}}}
            """, _ => true);
        Assert.Equal("77", other.Reaction!.TargetAuthor);
    }

    [Fact]
    public void Groups_edits_mentions_and_deletes()
    {
        var group = Said("""
            "dataMessage":{"timestamp":4,"message":"￼ status","mentions":[{"number":"+15550100000","uuid":"9f8e","start":0,"length":1}],"groupInfo":{"groupId":"Mg8LQTdaZJs8+LJCrtQgblqHx+xI2dX9JJ8hVA2kqt8=","groupName":"Ops","revision":3,"type":"DELIVER"}}}}
            """);
        Assert.Equal(("group.TWc4TFFUZGFaSnM4K0xKQ3J0UWdibHFIeCt4STJkWDlKSjhoVkEya3F0OD0=", true, true, "status"), (group.Chat, group.IsGroup, group.MentionsMe, group.Text));
        Assert.True(Said("""
            "editMessage":{"targetSentTimestamp":4,"dataMessage":{"timestamp":9,"message":"approve 7KQ4"}}}}
            """).IsEdit);
        Assert.Equal(4, Said("""
            "dataMessage":{"timestamp":10,"message":null,"remoteDelete":{"timestamp":4}}}}
            """).Deletes);
    }

    [Theory]
    [InlineData(""" "typingMessage":{"action":"STARTED","timestamp":1700684254759}}}""")]
    [InlineData(""" "callMessage":{}}}""")]
    [InlineData(""" "syncMessage":{"readMessages":[{"sender":"+49","senderNumber":"+49","senderUuid":"x","timestamp":1}]}}}""")]
    [InlineData(""" "syncMessage":{"sentMessage":{"destination":"+4912345","destinationNumber":"+4912345","destinationUuid":"x","timestamp":1,"message":"approve"}}}}""")]
    [InlineData(""" "dataMessage":{"timestamp":1,"message":null,"groupInfo":{"groupId":"x=","type":"UPDATE"}}}}""")]
    [InlineData(""" "storyMessage":{}}}""")]
    public void What_says_nothing_to_us_is_nothing(string rest) => Assert.IsType<SignalInbound.Nothing>(Read(Head + rest));

    [Fact]
    public void Frames_of_another_account_and_senders_without_a_uuid_are_nothing_and_an_error_is_said()
    {
        Assert.IsType<SignalInbound.Nothing>(Read((Head + """ "dataMessage":{"timestamp":1,"message":"x"}}}""").Replace("\"account\":\"+15550100000\"", "\"account\":\"+15550100099\"")));
        Assert.IsType<SignalInbound.Nothing>(Read("""{"account":"+15550100000","envelope":{"source":"+15550100001","sourceNumber":"+15550100001","timestamp":1,"dataMessage":{"timestamp":1,"message":"x"}}}"""));
        Assert.Equal("boom of our number", Assert.IsType<SignalInbound.Failed>(Read("""{"error":"boom of +15550100000"}""")).Why);
    }

    [Fact]
    public void Receipts_exceptions_and_notes_to_ourselves()
    {
        var receipt = Assert.IsType<SignalInbound.Received>(Read(Head + """ "receiptMessage":{"when":1,"isDelivery":true,"isRead":false,"isViewed":false,"timestamps":[7,8]}}}"""));
        Assert.Equal([7, 8], receipt.Timestamps);
        var distrusted = Assert.IsType<SignalInbound.Distrusted>(Read("""{"account":"+15550100000","envelope":{"sourceUuid":"U-1"},"exception":{"message":"…","type":"UntrustedIdentityException"}}"""));
        Assert.Equal(("u-1", "UntrustedIdentityException"), (distrusted.Sender, distrusted.Kind));
        var note = """ "syncMessage":{"sentMessage":{"destination":null,"destinationNumber":"+15550100000","destinationUuid":null,"timestamp":12,"message":"status"}}}}""";
        Assert.True(Assert.IsType<SignalInbound.Said>(Read(Head + note)).IsOwn);
        Assert.IsType<SignalInbound.Nothing>(Read(Head + note, t => t == 12));
    }

    [Fact]
    public void Control_characters_and_endless_text_do_not_come_through()
    {
        var message = Said("\"dataMessage\":{\"timestamp\":1,\"message\":\"a\\u001b[31mb\\u202ec" + new string('x', 9000) + "\"}}}");
        Assert.StartsWith("abc", message.Text);
        Assert.True(message.Text.Length <= 4096);
    }

    [Fact]
    public void Any_bytes_at_all_do_not_throw()
    {
        var random = new Random(7);
        var sample = Encoding.UTF8.GetBytes(Head + """ "dataMessage":{"timestamp":1,"message":"x","quote":{"id":5},"reaction":{"emoji":"x","targetSentTimestamp":5},"groupInfo":{"groupId":"a"}}}}""");
        for (var i = 0; i < 3000; i++)
        {
            var bytes = (byte[])sample.Clone();
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            _reader.Read(bytes, default, _ => false);
        }
    }

    [Theory]
    [InlineData("\"attachments\":[{\"contentType\":\"audio/aac\",\"id\":\"x\"}]", "a voice message")]
    [InlineData("\"attachments\":[{\"contentType\":\"image/jpeg\",\"id\":\"x\"}]", "a picture")]
    [InlineData("\"sticker\":{\"packId\":\"x\"}", "a sticker")]
    public void What_is_sent_without_words_is_said_to_be_that(string data, string what)
    {
        var message = Said("\"dataMessage\":{\"timestamp\":7,\"message\":null," + data + "}}}");
        Assert.Equal(("", what), (message.Text, message.Unread));
    }
}

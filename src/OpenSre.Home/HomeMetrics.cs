using System.Globalization;
using System.Text;

namespace OpenSre.Home;

/// <summary>What the assistant counts. Numbers only: no name, number or text of anybody is in it.</summary>
public sealed class HomeMetrics
{
    public Counter Received { get; } = new("opensre_home_messages_received_total", "Messages of people who may talk to it");
    public Counter Duplicates { get; } = new("opensre_home_duplicates_total", "Messages that came a second time and were left alone");
    public Counter Strangers { get; } = new("opensre_home_strangers_total", "Messages of people who may not talk to it");
    public Counter Unheard { get; } = new("opensre_home_unheard_total", "Messages in groups that were not meant for it");
    public Counter Broken { get; } = new("opensre_home_broken_frames_total", "Frames no message could be made of");
    public Counter Connections { get; } = new("opensre_home_connections_total", "Times the stream of messages was opened");
    public Counter Answered { get; } = new("opensre_home_answered_total", "Messages answered");
    public Counter Failed { get; } = new("opensre_home_failed_total", "Messages whose answer ended in an internal error");
    public Counter Sent { get; } = new("opensre_home_messages_sent_total", "Messages sent");
    public Counter Edited { get; } = new("opensre_home_messages_edited_total", "Messages given another text");
    public Counter InDoubt { get; } = new("opensre_home_messages_in_doubt_total", "Messages nobody knows the fate of");
    public Counter Refused { get; } = new("opensre_home_messages_refused_total", "Messages given up");
    public Counter RateLimited { get; } = new("opensre_home_rate_limited_total", "Times Signal limited sending");

    /// <summary>The numbers in the text format of Prometheus.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        foreach (var counter in new[] { Received, Duplicates, Strangers, Unheard, Broken, Connections, Answered, Failed, Sent, Edited, InDoubt, Refused, RateLimited })
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {counter.Name} {counter.Help}\n# TYPE {counter.Name} counter\n{counter.Name} {counter.Value}\n");
        }

        return text.ToString();
    }

    public sealed class Counter(string name, string help)
    {
        private long _value;

        public string Name => name;
        public string Help => help;
        public long Value => Interlocked.Read(ref _value);

        public void Add() => Interlocked.Increment(ref _value);
    }
}

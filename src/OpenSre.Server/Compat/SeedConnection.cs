using System.Threading.Channels;

namespace OpenSre.Server;

/// <summary>A stream of the old contract: it has a name, and takes any number of turns, one at a time.</summary>
internal sealed class SeedConnection(string id)
{
    private readonly Dictionary<long, string> _questions = [];
    private readonly Lock _lock = new();
    private long _nextQuestion;

    public string Id { get; } = id;

    /// <summary>What clients said that starts a turn.</summary>
    public Channel<SeedBody> Turns { get; } = Channel.CreateBounded<SeedBody>(64);

    /// <summary>The run of the present turn.</summary>
    public LiveRun? Current { get; set; }

    /// <summary>The run of the last turn that ended; questions are answered from it.</summary>
    public LiveRun? Last { get; set; }

    /// <summary>The number of a question on this stream. The first is 0.</summary>
    public long Number(string approvalId)
    {
        lock (_lock)
        {
            foreach (var (number, known) in _questions)
            {
                if (known == approvalId)
                {
                    return number;
                }
            }

            _questions[_nextQuestion] = approvalId;
            return _nextQuestion++;
        }
    }

    public string? Question(long number)
    {
        lock (_lock)
        {
            return _questions.GetValueOrDefault(number);
        }
    }
}

using System.Text;

namespace OpenSre.Fleet;

/// <summary>
/// The agents that were registered, in <c>agents.jsonl</c>: one record a line, the last line of a pid counts, lines that
/// are broken are left alone until the file is written anew. Shared with the original, which takes no lock.
/// </summary>
/// <param name="path">The file; it need not exist.</param>
public sealed class AgentRegistry(string path)
{
    public const string FileName = "agents.jsonl";

    public IReadOnlyList<AgentRecord> All()
    {
        Dictionary<int, AgentRecord> records = [];
        foreach (var line in SharedFile.Lines(path))
        {
            if (AgentRecord.Read(line) is { } record)
            {
                records[record.Pid] = record;
            }
        }

        return [.. records.Values];
    }

    public AgentRecord? Get(int pid) => All().FirstOrDefault(r => r.Pid == pid);

    /// <summary>Adds a record, or replaces the one of the same pid.</summary>
    public void Register(AgentRecord record) => SharedFile.WhileAlone(path, () =>
    {
        var all = All();
        if (all.Any(r => r.Pid == record.Pid))
        {
            Write([.. all.Where(r => r.Pid != record.Pid), record]);
        }
        else
        {
            SharedFile.Append(path, record.ToLine());
        }
    });

    /// <summary>Removes the record of a pid and returns it; null when there was none.</summary>
    public AgentRecord? Forget(int pid)
    {
        AgentRecord? forgotten = null;
        SharedFile.WhileAlone(path, () =>
        {
            var all = All();
            forgotten = all.FirstOrDefault(r => r.Pid == pid);
            if (forgotten is not null)
            {
                Write(all.Where(r => r.Pid != pid));
            }
        });
        return forgotten;
    }

    private void Write(IEnumerable<AgentRecord> records) =>
        SharedFile.Replace(path, string.Concat(records.Select(r => Encoding.ASCII.GetString(r.ToLine()))));
}

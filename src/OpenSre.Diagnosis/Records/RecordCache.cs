using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Keeps the records of each output, so that checks that run again do not parse again.</summary>
public sealed class RecordCache
{
    private readonly Dictionary<string, IReadOnlyList<Record>> _byOutput = new(StringComparer.Ordinal);

    public IReadOnlyList<Record> Read(StoredOutput output)
    {
        if (!_byOutput.TryGetValue(output.Id, out var records))
        {
            records = Record.ReadAll(output);
            _byOutput.Add(output.Id, records);
        }

        return records;
    }
}

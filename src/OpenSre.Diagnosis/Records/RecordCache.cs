using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Keeps the records of each output, so that checks that run again do not parse again.</summary>
public sealed class RecordCache
{
    private readonly Dictionary<string, IReadOnlyList<Record>> _byOutput = new(StringComparer.Ordinal);

    private readonly Dictionary<string, IReadOnlyList<OutsideLine>> _outside = new(StringComparer.Ordinal);

    /// <summary>What may matter in an answer of unknown format.</summary>
    public IReadOnlyList<OutsideLine> Outside(StoredOutput output)
    {
        if (!_outside.TryGetValue(output.Id, out var lines))
        {
            _outside.Add(output.Id, lines = OutsideReading.Of(output));
        }

        return lines;
    }

    public LineMemo Lines { get; } = new();

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

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OpenSre.Home;

public enum ActionRisk
{
    /// <summary>Taken back as easily as done; one tap approves it.</summary>
    Low,

    /// <summary>Something else feels it; it wants its code, a quote or a tap, never a bare word.</summary>
    Medium,

    /// <summary>It wants its code and the word "confirm".</summary>
    High,
}

/// <summary>A change as it is named: a verb of the catalogue and what it is done to. Never a command.</summary>
/// <param name="Kind">A name in <see cref="ActionCatalogue"/>.</param>
/// <param name="Thing">The container, unit, project, path, rule; empty for the host itself.</param>
/// <param name="Arguments">More, for the kinds that take more.</param>
public sealed record TypedAction(string Kind, string Host, string Thing, IReadOnlyDictionary<string, string>? Arguments = null)
{
    public override string ToString() => $"{Kind} {Thing}".TrimEnd() + $" on {Host}";
}

/// <summary>One program to run, exactly as it is shown and exactly as it runs. No shell reads it.</summary>
public sealed record ActionStep(string Host, IReadOnlyList<string> Argv, TimeSpan Timeout)
{
    /// <summary>For people's eyes: words that would be misread stand in quotes.</summary>
    public string Shown => string.Join(' ', Argv.Select(a => a.Length > 0 && a.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=@%+,".Contains(c, StringComparison.Ordinal)) ? a : $"'{a.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
}

/// <summary>An action with the commands it comes to.</summary>
/// <param name="Undo">What takes it back; empty where nothing does.</param>
public sealed record PlannedAction(TypedAction Action, IReadOnlyList<ActionStep> Steps, IReadOnlyList<ActionStep> Undo, ActionRisk Risk)
{
    /// <summary>SHA-256 of everything that would run, in an encoding in which no two lists are written alike.</summary>
    public static string Hash(IEnumerable<PlannedAction> actions)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var action in actions)
        {
            Add(hash, action.Action.Kind);
            Add(hash, action.Action.Host);
            Add(hash, action.Action.Thing);
            foreach (var (name, value) in (action.Action.Arguments ?? new Dictionary<string, string>()).OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                Add(hash, name);
                Add(hash, value);
            }

            foreach (var (mark, steps) in new[] { ("do", action.Steps), ("undo", action.Undo) })
            {
                Add(hash, mark);
                foreach (var step in steps)
                {
                    Add(hash, $"{step.Host}:{step.Argv.Count}");
                    foreach (var word in step.Argv)
                    {
                        Add(hash, word);
                    }
                }
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}

using System.Text;
using System.Text.Json;

namespace OpenSre.Fleet;

/// <summary>An agent's word that a branch is its own for now.</summary>
public sealed record BranchClaim(string Branch, string Agent, int Pid, string ClaimedAt)
{
    internal byte[] ToLine() => new PythonJson(spaced: true).Begin('{')
        .Key("branch").Value(Branch).Key("agent_name").Value(Agent).Key("pid").Value(Pid).Key("claimed_at").Value(ClaimedAt)
        .End('}').ToLine();

    internal static BranchClaim? Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && Text(root, "branch") is { } branch && Text(root, "agent_name") is { } agent
                && root.TryGetProperty("pid", out var pid) && pid.ValueKind == JsonValueKind.Number && pid.TryGetInt32(out var number)
                ? new BranchClaim(branch, agent, number, Text(root, "claimed_at") ?? "")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? PythonJson.Text(value) : null;
}

/// <summary>Claims of branches, in <c>branch_claims.jsonl</c>, which the original shares. The last line of a branch counts.</summary>
/// <param name="path">The file; it need not exist.</param>
public sealed class BranchClaims(string path)
{
    public const string FileName = "branch_claims.jsonl";

    public IReadOnlyList<BranchClaim> All()
    {
        Dictionary<string, BranchClaim> claims = new(StringComparer.Ordinal);
        foreach (var line in SharedFile.Lines(path))
        {
            if (BranchClaim.Read(line) is { } claim)
            {
                claims[claim.Branch] = claim;
            }
        }

        return [.. claims.Values];
    }

    /// <summary>Claims a branch.</summary>
    /// <param name="isAlive">Whether the holder of a claim still runs; a claim of the dead holds nobody up.</param>
    /// <returns>Who holds it instead, or null when it is now claimed.</returns>
    public BranchClaim? Claim(BranchClaim claim, Func<BranchClaim, bool> isAlive)
    {
        BranchClaim? holder = null;
        SharedFile.WhileAlone(path, () =>
        {
            var all = All();
            var old = all.FirstOrDefault(c => c.Branch == claim.Branch);
            if (old is not null && (old.Agent, old.Pid) != (claim.Agent, claim.Pid) && isAlive(old))
            {
                holder = old;
            }
            else if (old is null)
            {
                SharedFile.Append(path, claim.ToLine());
            }
            else
            {
                Write([.. all.Where(c => c.Branch != claim.Branch), claim]);
            }
        });
        return holder;
    }

    /// <summary>Gives a branch up and returns the claim; null when there was none.</summary>
    public BranchClaim? Release(string branch)
    {
        BranchClaim? released = null;
        SharedFile.WhileAlone(path, () =>
        {
            var all = All();
            released = all.FirstOrDefault(c => c.Branch == branch);
            if (released is not null)
            {
                Write(all.Where(c => c.Branch != branch));
            }
        });
        return released;
    }

    private void Write(IEnumerable<BranchClaim> claims) => SharedFile.Replace(path, string.Concat(claims.Select(c => Encoding.ASCII.GetString(c.ToLine()))));
}

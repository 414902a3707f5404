using System.Globalization;
using System.Text;

namespace OpenSre.Sentry.Tests;

/// <summary>
/// Random edits in every convention. <c>OPENSRE_PATCH_EDITS</c> sets how many; CONTRIBUTING's <c>./test</c> takes a few.
/// </summary>
public class RandomEditTests
{
    private const int BatchSize = 100;

    private static int Edits => int.TryParse(Environment.GetEnvironmentVariable("OPENSRE_PATCH_EDITS"), CultureInfo.InvariantCulture, out var count) ? count : 400;

    [Fact]
    public async Task An_edit_applies_and_is_taken_back_exactly_in_every_convention()
    {
        for (var first = 0; first < Edits; first += BatchSize)
        {
            using var repository = new Repository();
            var edits = Enumerable.Range(first, BatchSize).Select(i => new RandomEdit(i, (Convention)(i % 4))).Where(e => e.Before != e.After).ToList();
            for (var i = 0; i < edits.Count; i++)
            {
                repository.Write(Name(i), edits[i].Before);
            }

            // Half of the batches know the commit, half have only the file.
            var commit = repository.Commit();
            var plan = await repository.PlanAsync(first % (2 * BatchSize) == 0 ? commit : null, [.. edits.Select((e, i) => e.Patch(Name(i)))]);
            for (var i = 0; i < edits.Count; i++)
            {
                Assert.True(plan.Files[i].Outcome == FileOutcome.Ready, $"edit {first}+{i} {edits[i].Convention}: {plan.Files[i].Reason}\n{plan.Files[i].Diff}\n---\n{edits[i].Before}");
            }

            var record = PlanWriter.Write(plan, "SHOP-1", withConflicts: false, DateTimeOffset.UnixEpoch);
            for (var i = 0; i < edits.Count; i++)
            {
                Assert.True(edits[i].After == repository.Read(Name(i)), $"edit {first}+{i} {edits[i].Convention} gave other bytes\n{plan.Files[i].Diff}");
            }

            var again = await repository.PlanAsync(commit, [.. edits.Select((e, i) => e.Patch(Name(i)))]);
            Assert.True(again.IsAlreadyApplied, string.Join("\n", again.Files.Where(f => f.Outcome != FileOutcome.AlreadyApplied).Select(f => f.Outcome + f.Reason + f.Diff)));
            repository.GitWith(plan.Patch, "apply", "-R", "--whitespace=nowarn", "-");
            for (var i = 0; i < edits.Count; i++)
            {
                Assert.True(edits[i].Before == repository.Read(Name(i)), $"edit {first}+{i} {edits[i].Convention} did not reverse");
            }

            repository.GitWith(plan.Patch, "apply", "--whitespace=nowarn", "-");
            record!.Undo();
            Assert.Equal("", repository.Git("status", "--porcelain"));
        }
    }

    [Fact]
    public async Task What_was_changed_meanwhile_is_kept_or_the_patch_is_refused()
    {
        var (merged, refused) = (0, 0);
        for (var first = 0; first < Edits; first += BatchSize)
        {
            using var repository = new Repository();
            var edits = Enumerable.Range(first, BatchSize).Select(i => new RandomEdit(i + 1_000_000, (Convention)(i % 4))).Where(e => e.Before != e.After && e.Before.Contains('\n', StringComparison.Ordinal)).ToList();
            for (var i = 0; i < edits.Count; i++)
            {
                repository.Write(Name(i), edits[i].Before);
            }

            var commit = repository.Commit();
            for (var i = 0; i < edits.Count; i++)
            {
                repository.Write(Name(i), Disturbed(edits[i].Before, first + i));
            }

            var plan = await repository.PlanAsync(first % (2 * BatchSize) == 0 ? commit : null, [.. edits.Select((e, i) => e.Patch(Name(i)))]);
            for (var i = 0; i < edits.Count; i++)
            {
                Assert.Equal(Disturbed(edits[i].Before, first + i), repository.Read(Name(i)));
                if (plan.Files[i].Outcome == FileOutcome.Ready)
                {
                    merged++;
                    var lines = Encoding.UTF8.GetString(plan.Files[i].After!).Split('\n');
                    Assert.Equal(2, lines.Count(l => l.StartsWith("mine ", StringComparison.Ordinal)));

                    // Without my lines it is what the patch makes of the file without them.
                    Assert.Equal(edits[i].After.ReplaceLineEndings("\n").TrimEnd('\n'), string.Join('\n', lines.Where(l => !l.StartsWith("mine ", StringComparison.Ordinal))).ReplaceLineEndings("\n").TrimEnd('\n'));
                }
                else
                {
                    refused++;
                    Assert.NotEqual(FileOutcome.AlreadyApplied, plan.Files[i].Outcome);
                    Assert.NotNull(plan.Files[i].Reason);
                }
            }

            PlanWriter.Write(plan with { Files = [.. plan.Files.Where(f => f.Outcome == FileOutcome.Ready)] }, "SHOP-1", withConflicts: false, DateTimeOffset.UnixEpoch)?.Undo();
            for (var i = 0; i < edits.Count; i++)
            {
                Assert.Equal(Disturbed(edits[i].Before, first + i), repository.Read(Name(i)));
            }
        }

        Assert.True(merged > 0 && refused > 0, $"{merged} merged, {refused} refused");
        TestContext.Current.TestOutputHelper?.WriteLine($"{merged} merged, {refused} refused");
    }

    private static string Name(int i) => $"src/dir {i % 7}/file{i}.py";

    /// <summary>Two lines of mine, at random places.</summary>
    private static string Disturbed(string text, int seed)
    {
        var random = new Random(seed);
        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = text.Split('\n').ToList();
        for (var i = 0; i < 2; i++)
        {
            lines.Insert(random.Next(lines.Count), $"mine {seed} {i}" + end[..^1]);
        }

        return string.Join('\n', lines);
    }
}

using System.Globalization;
using System.Text;
using OpenSre.Core;
using OpenSre.Investigation;
using OpenSre.Models;
using OpenSre.Sentry;

namespace OpenSre.Cli;

/// <summary>
/// Asks a model for a patch. It reads tracked files through two tools and hands in its patch through a third, which plans
/// it as Seer's would be and answers whether it fits; only a patch that fits is kept. Nothing is written.
/// </summary>
internal sealed class PatchProposal(Checkout checkout, ModelAdvice advice, FixTerminal face)
{
    private const int MostReport = 6_000;

    private const string Instructions = """
        You fix one defect in the code of a working tree. You are given an error event, lines of code its stack names, and what
        an investigation of the machine found. Read the code with read_file and search before you change anything. Find the
        cause of the error in this code; do not hide it by catching it. Then hand in the smallest change that mends it with
        propose_patch, as a unified diff against the files as they are: paths as given, three lines of context, exact
        whitespace. If the answer says that it does not fit, read the file again and hand in a corrected one. If the code is
        not the cause, or you do not know, propose nothing and say so in one sentence.
        """;

    private const string FileSchema = """{"type":"object","properties":{"path":{"type":"string"},"from":{"type":"integer","description":"first line, from 1"},"count":{"type":"integer","description":"at most 400"}},"required":["path"]}""";
    private const string SearchSchema = """{"type":"object","properties":{"text":{"type":"string","description":"one line, searched as it stands"}},"required":["text"]}""";
    private const string PatchSchema = """{"type":"object","properties":{"diff":{"type":"string"},"summary":{"type":"string","description":"what was wrong and what the change does, in one or two sentences"}},"required":["diff","summary"]}""";

    /// <summary>The patches handed in last that fit; null when none did.</summary>
    public IReadOnlyList<FilePatch>? Patches { get; private set; }

    /// <summary>What the model says of them.</summary>
    public string Summary { get; private set; } = "";

    /// <returns>Why there is no patch, in words that end a sentence; not used when there is one.</returns>
    public async Task<string> AskAsync(IssueAlert alert, LocalFinding found, string? instruction, CancellationToken cancellation)
    {
        var fence = Fence.New();
        var task = new AgentTask
        {
            Instructions = Instructions + "\n" + fence.Rule,
            Prompt = Prompt(alert, found, instruction, fence),
            Budget = advice.Budget,
            Tools =
            [
                new AgentTool("read_file", "Reads lines of a tracked file, with their numbers.", FileSchema, (arguments, _) =>
                {
                    var path = arguments.GetValueOrDefault("path", "");
                    face.Progress("reads " + path);
                    return Task.FromResult(Answer(checkout.Read(path, Number(arguments, "from", 1), Number(arguments, "count", 200)), fence, path));
                }),
                new AgentTool("search", "Finds lines of tracked files that contain a text.", SearchSchema, async (arguments, token) =>
                {
                    var text = arguments.GetValueOrDefault("text", "");
                    face.Progress("searches " + text);
                    return Answer(await checkout.SearchAsync(text, token).ConfigureAwait(false), fence, "search");
                }),
                new AgentTool("propose_patch", "Hands in the change and says whether it fits the files.", PatchSchema, TakeAsync),
            ],
        };
        var (steps, usage, money) = (0, new TokenUsage(0, 0), (decimal?)null);
        var ended = "the model ended without a patch";
        try
        {
            var agent = advice.Open();
            await using (agent.ConfigureAwait(false))
            {
                await foreach (var update in agent.RunAsync(task, cancellation).ConfigureAwait(false))
                {
                    switch (update)
                    {
                        case AgentNotice notice:
                            face.Note(SafeText.Line(notice.Sentence, 300));
                            break;
                        case AgentSpent spent:
                            (steps, usage, money) = (steps + 1, usage + spent.Usage, spent.Money is null ? money : (money ?? 0) + spent.Money);
                            break;
                        case AgentFinished { End: AgentEnd.Completed } end when end.Text.Trim().Length > 0:
                            ended = "the model says: " + SafeText.Line(end.Text, 400).TrimEnd('.');
                            break;
                        case AgentFinished end when end.Reason.Length > 0:
                            ended = "the model gave up: " + SafeText.Line(end.Reason, 300).TrimEnd('.');
                            break;
                    }
                }
            }
        }
        catch (ModelException e)
        {
            ended = "the model cannot be asked: " + SafeText.Line(e.Message, 300).TrimEnd('.');
        }

        advice.Spent(new ModelCost(steps, usage.Input, usage.Cached, usage.Output, money));
        return ended;
    }

    private static string Prompt(IssueAlert alert, LocalFinding found, string? instruction, Fence fence)
    {
        var text = new StringBuilder();
        text.Append("The error event:\n").Append(fence.Wrap(alert.Alert, "event")).Append("\n\n");
        if (found.Lines.Count > 0)
        {
            text.Append("Lines of the working tree its stack names, innermost first:\n")
                .Append(fence.Wrap(string.Join('\n', found.Lines.Select(l => $"{l.Path}:{l.Line} in {l.Function ?? "?"}: {l.Text}{(l.Changed is null ? "" : $"   (last changed by {l.Changed})")}")), "code")).Append("\n\n");
        }

        if (found.Commits.Count > 0)
        {
            text.Append("Commits Sentry suspects:\n").Append(fence.Wrap(string.Join('\n', found.Commits), "commits")).Append("\n\n");
        }

        var report = found.File.Report;
        text.Append("What the investigation of the machine found:\n").Append(fence.Wrap(report.Length > MostReport ? report[..MostReport] + "\n…" : report, "report"));
        return instruction is null ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"\n\nThe person adds: {instruction}").ToString();
    }

    private async Task<AgentToolAnswer> TakeAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var diff = arguments.GetValueOrDefault("diff", "");
        if (diff.Contains("[[masked-", StringComparison.Ordinal))
        {
            // A secret stays masked for the model; a line that holds one cannot be given back.
            return Refused("The patch holds a masked value; leave lines with masked values out of it, or change nothing there.");
        }

        var patches = UnifiedDiff.Split(Path.GetFileName(checkout.Root), diff);
        if (patches.Count == 0)
        {
            return Refused("That is no unified diff: each file begins with a line \"--- a/PATH\" and a line \"+++ b/PATH\", then hunks that begin with \"@@\".");
        }

        var plan = await RepositoryPlanner.PlanAsync(checkout.Root, patches[0].Repository, patches, null, cancellation).ConfigureAwait(false);
        if (!plan.CanApply || plan.IsAlreadyApplied)
        {
            var why = plan.IsAlreadyApplied ? "it changes nothing: the files are already so" : string.Join("; ", plan.Files.Where(f => f.Outcome is FileOutcome.Failed or FileOutcome.Conflicted).Select(f => $"{f.Path}: {f.Reason}"));
            face.Progress("proposes a patch that does not fit");
            return Refused($"It does not fit: {SafeText.Line(why, 600)}. Read the file again and hand in a corrected diff.");
        }

        (Patches, Summary) = (patches, SafeText.Line(arguments.GetValueOrDefault("summary", ""), 600));
        face.Progress("proposes a patch that fits");
        return new AgentToolAnswer("It fits. A person is asked whether to apply it; you are done.", "the patch fits");
    }

    private static AgentToolAnswer Refused(string why) => new(why, why, Failed: true);

    private static AgentToolAnswer Answer((string Text, bool Failed) read, Fence fence, string source) =>
        new(read.Failed ? read.Text : fence.Wrap(read.Text, source), source, read.Failed);

    private static int Number(IReadOnlyDictionary<string, string> arguments, string name, int otherwise) =>
        int.TryParse(arguments.GetValueOrDefault(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}

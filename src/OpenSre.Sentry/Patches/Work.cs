namespace OpenSre.Sentry;

/// <summary>One file while a plan is being made.</summary>
internal sealed class Work(FilePatch patch)
{
    public FilePatch Patch { get; } = patch;

    /// <summary>Why it must not be touched at all; null when it may.</summary>
    public string? Refusal { get; set; }

    public List<Hunk> Hunks { get; private set; } = [];

    /// <summary>The hunks as they were fitted last.</summary>
    public List<Hunk>? Fitted { get; set; }

    /// <summary>The file as it is; null when there is none.</summary>
    public string? Yours { get; private set; }

    /// <summary>The file as the patch's commit has it.</summary>
    public string? Base { get; set; }

    /// <summary>What the patch is applied to, and what that gives: the base in a merge, else the file itself.</summary>
    public string? Source { get; set; }

    public string? SourceResult { get; set; }

    public PlannedFile? Result { get; private set; }

    private byte[]? Before { get; set; }

    public void Read(string root)
    {
        try
        {
            Hunks = HunkReading.Of(Patch);
        }
        catch (PatchRefusedException e)
        {
            Refusal = e.Message;
            return;
        }

        var full = Path.Combine(root, Patch.Path);
        try
        {
            if (Directory.Exists(full))
            {
                Refusal = "it is a folder here";
            }
            else if (File.Exists(full))
            {
                Before = File.ReadAllBytes(full);
                Yours = ByteText.Of(Before);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refusal = "it cannot be read: " + e.Message;
        }
    }

    public List<Hunk> Fit(string file) => Fitted = HunkFitting.Fit(Hunks, file);

    public PlannedFile Ready(string? after, string source)
    {
        (Source, SourceResult) = (source, after ?? "");
        return Done(FileOutcome.Ready, null) with { After = after is null ? null : ByteText.Bytes(after) };
    }

    public PlannedFile Done(FileOutcome outcome, string? reason)
    {
        var executable = PatchRendering.IsExecutable(Patch);
        var diff = Refusal is null && (Hunks.Count > 0 || Patch.Type != ChangeType.Modified || Fitted is not null)
            ? ByteText.Unicode(PatchRendering.Render(Patch.Path, Patch.Type, executable, Fitted ?? HunkFitting.Fit(Hunks, Yours)))
            : "";
        return new PlannedFile(Patch.Path, Patch.Type, outcome, reason, Before, Before, Merged: false, executable, diff);
    }

    public void Settle(PlannedFile result) => Result = result;
}

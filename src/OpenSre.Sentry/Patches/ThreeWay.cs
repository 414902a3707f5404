namespace OpenSre.Sentry;

/// <summary>A three-way merge of one file by git, on copies.</summary>
internal static class ThreeWay
{
    /// <returns>The merged text, with conflict marks where needed, and the number of conflicts.</returns>
    /// <exception cref="FixException">git could not merge.</exception>
    public static async Task<(string Merged, int Conflicts)> MergeAsync(string yours, string theBase, string theirs, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("opensre-merge-");
        try
        {
            foreach (var (name, text) in ((string, string)[])[("yours", yours), ("base", theBase), ("seer", theirs)])
            {
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, name), ByteText.Bytes(text), cancellation).ConfigureAwait(false);
            }

            var answer = await GitProgram.RunAsync(folder.FullName, cancellation, "merge-file", "-p", "-L", "yours", "-L", "base", "-L", "seer", "yours", "base", "seer").ConfigureAwait(false);
            return answer.Code is >= 0 and < 128
                ? (ByteText.Of(answer.Output), answer.Code)
                : throw new FixException(FixFailure.Failed, "git could not merge: " + OpenSre.Core.SafeText.Line(answer.Errors, 200));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

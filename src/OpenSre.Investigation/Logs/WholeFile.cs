namespace OpenSre.Investigation;

/// <summary>Small files that are always whole: written beside, synced, and renamed into place, with mode 0600.</summary>
public static class WholeFile
{
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
        var beside = path + ".new";
        using (var file = PrivateFiles.Create(beside))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}

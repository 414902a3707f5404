using System.Security.Cryptography;
using System.Text;
using OpenSre.Investigation;

namespace OpenSre.Server;

/// <summary>What stands in a checkpoint.</summary>
/// <param name="Position">The length of the journal it is of.</param>
/// <param name="Happened">How many things had happened to incidents.</param>
/// <param name="Frames">The latest of them.</param>
internal sealed record AlertState(AlertBook Book, long Position, long Happened, IReadOnlyList<Frame> Frames);

/// <summary>
/// What the alert journal added up to at one of its lengths, so that a start need not read all of it. The journal alone
/// counts: a checkpoint that is missing, not whole to the bit, of another journal or of another build (whose rules of grouping
/// may differ) is not used, and the journal is read from its beginning. The file ends with the SHA-256 of all before it.
/// </summary>
internal static class AlertCheckpoint
{
    private const string Mark = "opensre alerts 1";
    private const int Looked = 1 << 16;

    /// <summary>Takes down the state now; writing it may come later, while lines are added.</summary>
    /// <returns>Writes it in place of the one before. It is there wholly or not at all, whenever the server dies.</returns>
    public static Action Capture(string path, string journal, AlertState state)
    {
        var write = state.Book.Capture();
        return () =>
        {
            var temporary = path + ".new";
            using (var file = PrivateFiles.Create(temporary))
            {
                using var digest = SHA256.Create();
                using (var hashed = new CryptoStream(file, digest, CryptoStreamMode.Write, leaveOpen: true))
                using (var to = new BinaryWriter(new BufferedStream(hashed, 1 << 20), Encoding.UTF8))
                {
                    to.Write(Mark);
                    to.Write(Build.ToByteArray());
                    to.Write(state.Position);
                    to.Write(Before(journal, state.Position));
                    to.Write(state.Happened);
                    to.WriteAll(state.Frames.ToArray(), f => { to.Write(f.Seq); to.WriteBytes(f.Bytes); });
                    write(to);
                }

                file.Write(digest.Hash!);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        };
    }

    /// <summary>The state, or null when there is none of this journal and build.</summary>
    public static AlertState? Read(string path, string journal)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
            if (!IsWhole(file))
            {
                return null;
            }

            using var from = new BinaryReader(file);
            if (from.ReadString() != Mark || new Guid(from.ReadBytes(16)) != Build)
            {
                return null;
            }

            var position = from.ReadInt64();
            if (new FileInfo(journal) is not { Exists: true } entries || entries.Length < position || !from.ReadBytes(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(Before(journal, position)))
            {
                return null;
            }

            var happened = from.ReadInt64();
            List<Frame> frames = [];
            from.ReadAll(() => frames.Add(new Frame(from.ReadInt64(), from.ReadBytes())));
            var book = AlertBook.Read(from);
            return new AlertState(book, position, happened, frames);
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or System.Text.Json.JsonException)
        {
            // Not whole. The journal has it all.
            return null;
        }
    }

    private static bool IsWhole(FileStream file)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (var left = file.Length - SHA256.HashSizeInBytes; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            file.ReadExactly(part);
            digest.AppendData(part);
            left -= part.Length;
        }

        var isWhole = file.Length > SHA256.HashSizeInBytes && file.ReadAtLeast(buffer.AsSpan(0, SHA256.HashSizeInBytes), SHA256.HashSizeInBytes, throwOnEndOfStream: false) == SHA256.HashSizeInBytes
            && buffer.AsSpan(0, SHA256.HashSizeInBytes).SequenceEqual(digest.GetHashAndReset());
        file.Position = 0;
        return isWhole;
    }

    private static Guid Build => typeof(AlertCheckpoint).Module.ModuleVersionId;

    /// <summary>A mark of the end of the journal up to a length, by which it is known again.</summary>
    private static byte[] Before(string journal, long position)
    {
        using var file = new FileStream(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        var bytes = new byte[Math.Min(Looked, position)];
        file.Seek(position - bytes.Length, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        return SHA256.HashData(bytes);
    }
}

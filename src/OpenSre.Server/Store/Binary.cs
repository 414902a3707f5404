namespace OpenSre.Server;

/// <summary>What the checkpoint writes beside the plain types.</summary>
internal static class Binary
{
    /// <summary>A time, in UTC.</summary>
    public static void Write(this BinaryWriter to, DateTimeOffset time) => to.Write(time.UtcTicks);

    public static DateTimeOffset ReadTime(this BinaryReader from) => new(from.ReadInt64(), TimeSpan.Zero);

    /// <summary>How many there are, and each.</summary>
    public static void WriteAll<T>(this BinaryWriter to, T[] all, Action<T> write)
    {
        to.Write7BitEncodedInt(all.Length);
        Array.ForEach(all, write);
    }

    public static void ReadAll(this BinaryReader from, Action read)
    {
        for (var left = from.Read7BitEncodedInt(); left > 0; left--)
        {
            read();
        }
    }
}

namespace OpenSre.Server;

/// <summary>What the checkpoint writes beside the plain types.</summary>
internal static class Binary
{
    /// <summary>A time, in UTC.</summary>
    public static void Write(this BinaryWriter to, DateTimeOffset time) => to.Write(time.UtcTicks);

    public static DateTimeOffset ReadTime(this BinaryReader from) => new(from.ReadInt64(), TimeSpan.Zero);

    /// <summary>The number of an incident; 0 for none.</summary>
    public static void Write(this BinaryWriter to, OpenIncident? incident) => to.Write7BitEncodedInt(incident?.Number ?? 0);

    /// <param name="incident">The incident of a number.</param>
    public static OpenIncident? ReadIncident(this BinaryReader from, Func<int, OpenIncident> incident) => from.Read7BitEncodedInt() is > 0 and var number ? incident(number) : null;

    /// <summary>How many bytes there are, and these.</summary>
    public static void WriteBytes(this BinaryWriter to, byte[] bytes)
    {
        to.Write7BitEncodedInt(bytes.Length);
        to.Write(bytes);
    }

    public static byte[] ReadBytes(this BinaryReader from) => from.ReadBytes(from.Read7BitEncodedInt());

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

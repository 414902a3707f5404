using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace OpenSre.Sources;

/// <summary>The types of record the probe asks for or meets (RFC 1035, RFC 3596).</summary>
internal enum DnsType : ushort
{
    A = 1,
    CName = 5,
    Aaaa = 28,
}

/// <summary>What a name server answered.</summary>
/// <param name="Code">The response code, 0 = NOERROR, 3 = NXDOMAIN (RFC 1035 section 4.1.1).</param>
/// <param name="Truncated">The answer did not fit: ask again over TCP.</param>
internal sealed record DnsAnswer(int Code, bool Truncated, IReadOnlyList<string> Aliases, IReadOnlyList<IPAddress> Addresses)
{
    public string CodeName => Code switch
    {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        _ => $"response code {Code}",
    };
}

/// <summary>Writes questions and reads answers of the DNS protocol (RFC 1035 section 4). Answers come from outside: any bytes are survived.</summary>
internal static class DnsMessage
{
    private const int HeaderLength = 12;
    private const int MostPointers = 64;

    /// <summary>A question for one name and type, with recursion desired. The name is a valid host name.</summary>
    public static byte[] Question(ushort id, string name, DnsType type)
    {
        var labels = name.TrimEnd('.').Split('.');
        var bytes = new byte[HeaderLength + labels.Sum(l => l.Length + 1) + 1 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, id);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), 0x0100);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), 1);
        var at = HeaderLength;
        foreach (var label in labels)
        {
            bytes[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, bytes.AsSpan(at));
        }

        at++;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at + 2), 1);
        return bytes;
    }

    /// <summary>The answer to a question, or null if the bytes are no answer to it.</summary>
    public static DnsAnswer? Read(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> question)
    {
        if (bytes.Length < HeaderLength || !bytes[..2].SequenceEqual(question[..2]) || (bytes[2] & 0x80) == 0)
        {
            return null;
        }

        var code = bytes[3] & 0x0f;
        var truncated = (bytes[2] & 0x02) != 0;
        var questions = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        var answers = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        var at = HeaderLength;
        for (var i = 0; i < questions; i++)
        {
            if (!TryName(bytes, ref at, out _) || at + 4 > bytes.Length)
            {
                return null;
            }

            at += 4;
        }

        List<string> aliases = [];
        List<IPAddress> addresses = [];
        for (var i = 0; i < answers; i++)
        {
            if (!TryRecord(bytes, ref at, aliases, addresses))
            {
                // Where it was cut, what came before still counts.
                return truncated ? new DnsAnswer(code, truncated, aliases, addresses) : null;
            }
        }

        return new DnsAnswer(code, truncated, aliases, addresses);
    }

    private static bool TryRecord(ReadOnlySpan<byte> bytes, ref int at, List<string> aliases, List<IPAddress> addresses)
    {
        if (!TryName(bytes, ref at, out _) || at + 10 > bytes.Length)
        {
            return false;
        }

        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 8)..]);
        at += 10;
        if (at + length > bytes.Length)
        {
            return false;
        }

        if ((type == DnsType.A && length == 4) || (type == DnsType.Aaaa && length == 16))
        {
            addresses.Add(new IPAddress(bytes.Slice(at, length)));
        }
        else if (type == DnsType.CName)
        {
            var inner = at;
            if (!TryName(bytes, ref inner, out var alias))
            {
                return false;
            }

            aliases.Add(alias);
        }

        at += length;
        return true;
    }

    private static bool TryName(ReadOnlySpan<byte> bytes, ref int at, out string name)
    {
        var text = new StringBuilder();
        var position = at;
        var jumps = 0;
        name = "";
        while (position < bytes.Length)
        {
            var length = bytes[position];
            if ((length & 0xc0) == 0xc0)
            {
                if (position + 1 >= bytes.Length || ++jumps > MostPointers)
                {
                    return false;
                }

                if (jumps == 1)
                {
                    at = position + 2;
                }

                position = BinaryPrimitives.ReadUInt16BigEndian(bytes[position..]) & 0x3fff;
                continue;
            }

            if (length > 63 || position + 1 + length > bytes.Length || text.Length > 255)
            {
                return false;
            }

            position++;
            if (length == 0)
            {
                at = jumps == 0 ? position : at;
                name = text.ToString();
                return true;
            }

            text.Append(text.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(bytes.Slice(position, length)));
            position += length;
        }

        return false;
    }
}

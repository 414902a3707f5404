namespace OpenSre.Terminal;

/// <summary>Tells whether a text begins a JSON document that has not ended yet, so that more lines belong to it.</summary>
internal static class JsonOpening
{
    public static bool IsOpen(string text)
    {
        var trimmed = text.AsSpan().TrimStart();
        if (trimmed.IsEmpty || trimmed[0] is not ('{' or '['))
        {
            return false;
        }

        // "[emerg] bind() failed" is a log line, no list.
        if (trimmed[0] == '[' && trimmed[1..].TrimStart() is not ([] or ['{' or '[' or '"', ..]))
        {
            return false;
        }

        var (depth, inString) = (0, false);
        for (var i = 0; i < trimmed.Length; i++)
        {
            switch (trimmed[i])
            {
                case '\\' when inString:
                    i++;
                    break;
                case '"':
                    inString = !inString;
                    break;
                case '{' or '[' when !inString:
                    depth++;
                    break;
                case '}' or ']' when !inString:
                    depth--;
                    break;
            }
        }

        return depth > 0;
    }
}

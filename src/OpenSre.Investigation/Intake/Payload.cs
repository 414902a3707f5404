using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>
/// The part of an input that carries the alert, freed from what people and transports put around it: a byte order mark,
/// a Markdown fence with words before it, an HTTP request's head, a form field.
/// </summary>
/// <param name="Body">What to read; a substring of the input unless <paramref name="Decoded"/>.</param>
/// <param name="Start">Where the body begins in the input, for positions in messages.</param>
/// <param name="Prose">What a person wrote around it, or empty.</param>
/// <param name="Headers">Request headers that came with the text itself.</param>
internal sealed partial record Payload(string Body, int Start, string Prose, IReadOnlyDictionary<string, string> Headers, bool Decoded = false)
{
    private static readonly string[] FormFields = ["data", "payload", "body", "message"];

    public static Payload Of(string text, IReadOnlyDictionary<string, string> headers)
    {
        var payload = Trimmed(text, 0, text.Length, "", headers);
        if (RequestLine().IsMatch(payload.Body))
        {
            payload = WithoutHead(text, payload);
        }

        return Form(payload) ?? Multipart(text, payload) ?? Fenced(text, payload) ?? Embedded(text, payload) ?? payload;
    }

    /// <summary>
    /// Whether the body means to be JSON. A bracket with words in it and text behind it, such as
    /// <c>[ERROR] disk full</c> or <c>[2026-05-04 10:00:00] …</c>, opens a line of a log instead.
    /// </summary>
    public bool LooksLikeJson => IsJsonStart(Body);

    private static bool IsJsonStart(ReadOnlySpan<char> body) =>
        body.Length > 0 && (body[0] == '{' || (body[0] == '[' && !BracketedWord().IsMatch(body)));

    private static Payload Trimmed(string text, int start, int end, string prose, IReadOnlyDictionary<string, string> headers)
    {
        while (start < end && IsBlank(text[start]))
        {
            start++;
        }

        while (end > start && IsBlank(text[end - 1]))
        {
            end--;
        }

        return new Payload(text[start..end], start, prose, headers);
    }

    private static bool IsBlank(char c) => char.IsWhiteSpace(c) || c is '\ufeff' or '\0' or '\u200b';

    private static Payload WithoutHead(string text, Payload payload)
    {
        var head = Head().Match(payload.Body);
        if (!head.Success)
        {
            return payload;
        }

        var headers = new Dictionary<string, string>(payload.Headers, StringComparer.OrdinalIgnoreCase);
        foreach (var line in head.Value.Split('\n').Skip(1))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
            {
                headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
        }

        return Trimmed(text, payload.Start + head.Length, payload.Start + payload.Body.Length, "", headers);
    }

    private static Payload? Form(Payload payload)
    {
        if (!FormStart().IsMatch(payload.Body))
        {
            return null;
        }

        foreach (var pair in payload.Body.Split('&'))
        {
            var equals = pair.IndexOf('=');
            if (equals <= 0 || !FormFields.Contains(pair[..equals], StringComparer.Ordinal))
            {
                continue;
            }

            var value = Uri.UnescapeDataString(pair[(equals + 1)..].Replace('+', ' ')).Trim();
            if (IsJsonStart(value))
            {
                return payload with { Body = value, Decoded = true };
            }
        }

        return null;
    }

    private static Payload? Multipart(string text, Payload payload)
    {
        if (!payload.Body.StartsWith("--", StringComparison.Ordinal) || Part().Match(payload.Body) is not { Success: true } part)
        {
            return null;
        }

        var boundary = payload.Body[..payload.Body.AsSpan().IndexOfAny('\r', '\n')];
        var begin = part.Index + part.Length;
        var end = payload.Body.IndexOf(boundary, begin, StringComparison.Ordinal);
        return Trimmed(text, payload.Start + begin, payload.Start + (end < 0 ? payload.Body.Length : end), "", payload.Headers);
    }

    private static Payload? Fenced(string text, Payload payload)
    {
        var open = FenceOpen().Match(payload.Body);
        if (!open.Success)
        {
            return null;
        }

        var begin = open.Index + open.Length;
        var close = payload.Body.IndexOf(open.Groups["fence"].Value, begin, StringComparison.Ordinal);
        var end = close < 0 ? payload.Body.Length : close;
        var inner = Trimmed(text, payload.Start + begin, payload.Start + end, "", payload.Headers);
        if (!inner.LooksLikeJson)
        {
            return null;
        }

        var after = close < 0 ? "" : payload.Body[(close + open.Groups["fence"].Length)..];
        return inner with { Prose = $"{payload.Body[..open.Index]}\n{after}".Trim() };
    }

    /// <summary>JSON at the start of a line with prose before it; only if it is JSON to the end.</summary>
    private static Payload? Embedded(string text, Payload payload)
    {
        if (payload.LooksLikeJson)
        {
            return null;
        }

        var start = JsonLine().Match(payload.Body);
        if (!start.Success)
        {
            return null;
        }

        var inner = Trimmed(text, payload.Start + start.Index, payload.Start + payload.Body.Length, payload.Body[..start.Index].Trim(), payload.Headers);
        return JsonDocuments.TryParse(inner.Body, out _, out _) ? inner : null;
    }

    [GeneratedRegex(@"^(POST|PUT|GET) \S{1,2000} HTTP/[0-9.]{1,3}\r?\n")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"^[^\n]*\n([A-Za-z0-9-]{1,100}:[^\n]*\n)*\r?\n")]
    private static partial Regex Head();

    [GeneratedRegex(@"^[A-Za-z_]{1,40}=[^\s]*$")]
    private static partial Regex FormStart();

    [GeneratedRegex(@"Content-Disposition:\s*form-data;\s*name=""?(data|payload)""?[^\n]*\n([A-Za-z-]{1,50}:[^\n]*\n)*\r?\n", RegexOptions.IgnoreCase)]
    private static partial Regex Part();

    [GeneratedRegex(@"^[ \t]*(?<fence>```|~~~)[A-Za-z0-9_+-]{0,20}[ \t]*\r?$\n?", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex FenceOpen();

    [GeneratedRegex(@"^[ \t]*(\{\s*[""}]|\[\s*[{\]])", RegexOptions.Multiline)]
    private static partial Regex JsonLine();

    [GeneratedRegex(@"^\[[^\[\]{}""\n]{1,100}\][ \t:]*[^\s,\]}\[{]")]
    private static partial Regex BracketedWord();
}

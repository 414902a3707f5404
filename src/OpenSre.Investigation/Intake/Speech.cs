using System.Text.RegularExpressions;

namespace OpenSre.Investigation;

/// <summary>Tells small talk and questions from reports. It knows English well and the usual words of a few more languages.</summary>
internal static partial class Speech
{
    private const int LongestSmallTalk = 60;
    private const int LongestQuestion = 600;

    private static readonly HashSet<string> SmallWords = new(StringComparer.OrdinalIgnoreCase)
    {
        // English
        "hi", "hello", "hey", "heya", "hiya", "howdy", "yo", "sup", "there", "thanks", "thank", "thx", "ty", "you", "u", "very", "much", "so", "a", "lot",
        "ok", "okay", "k", "kk", "yes", "yeah", "yep", "no", "nope", "sure", "cool", "great", "nice", "good", "perfect", "awesome", "fine", "well", "done",
        "morning", "afternoon", "evening", "night", "day", "bye", "goodbye", "cheers", "please", "welcome", "lol", "everyone", "all", "team", "folks",
        "test", "testing", "ping", "pong", "help", "null", "none", "true", "false", "friend", "again", "got", "it", "opensre",
        // German
        "hallo", "moin", "servus", "grüezi", "danke", "vielen", "dank", "schön", "guten", "tag", "morgen", "abend", "tschüss", "ja", "nein", "bitte", "gut", "passt",
        // French
        "bonjour", "bonsoir", "salut", "merci", "beaucoup", "oui", "non", "coucou", "revoir", "au",
        // Spanish and Portuguese
        "hola", "gracias", "muchas", "buenos", "buenas", "dias", "días", "tardes", "noches", "vale", "si", "sí", "adiós",
        "olá", "ola", "oi", "obrigado", "obrigada", "bom", "dia", "boa", "tarde", "noite",
        // Italian
        "ciao", "grazie", "mille", "buongiorno", "buonasera", "salve",
        // Dutch and the Nordic languages
        "hoi", "bedankt", "dank", "je", "wel", "goedemorgen", "hej", "hei", "tack", "takk", "tak", "moi", "kiitos",
        // Polish, Czech, Turkish
        "cześć", "czesc", "dzięki", "dzieki", "dzień", "dobry", "hejka", "ahoj", "díky", "děkuji", "merhaba", "selam", "teşekkürler",
        // Russian and Ukrainian
        "привет", "здравствуйте", "спасибо", "добрый", "день", "привіт", "дякую", "пока", "ок", "да", "нет",
        // Chinese, Japanese, Korean, Hindi, Arabic, Hebrew
        "你好", "您好", "谢谢", "谢谢你", "好的", "こんにちは", "ありがとう", "ありがとうございます", "おはよう", "안녕", "안녕하세요", "감사합니다", "नमस्ते", "धन्यवाद", "مرحبا", "شكرا", "שלום", "תודה",
    };

    private static readonly HashSet<string> SmallPhrases = new(StringComparer.OrdinalIgnoreCase)
    {
        "how are you", "how are you doing", "how is it going", "hows it going", "how do you do", "whats up", "what is up", "who are you",
        "wie gehts", "wie geht es dir", "ça va", "comment ça va", "como estas", "cómo estás", "qué tal", "que tal", "come stai", "как дела", "hi how are you", "hello how are you",
    };

    /// <summary>Whether the whole text is a greeting, thanks, an acknowledgement or a bare test.</summary>
    public static bool IsSmallTalk(string text)
    {
        if (text.Length > LongestSmallTalk)
        {
            return false;
        }

        var words = Word().Matches(text.Replace("'", "", StringComparison.Ordinal).Replace("’", "", StringComparison.Ordinal)).Select(m => m.Value).ToList();
        return words.Count == 0 || (words.Count == 1 && words[0].All(char.IsDigit)) || (words.Count <= 8 && words.TrueForAll(SmallWords.Contains)) || SmallPhrases.Contains(string.Join(' ', words));
    }

    /// <summary>The line of a text that asks or requests something, or null.</summary>
    public static string? QuestionIn(string text)
    {
        var opens = true;
        foreach (var span in text.AsSpan().EnumerateLines())
        {
            var line = span.Trim().ToString();

            // Without a question mark only the first line of a paragraph can ask; others merely begin with such a word.
            if (line.Length is > 2 and <= LongestQuestion && !LogLine.LooksLikeOne(line)
                && (QuestionMark().IsMatch(line) || (opens && Opening().IsMatch(line))))
            {
                return line;
            }

            opens = line.Length == 0;
        }

        return null;
    }

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+")]
    private static partial Regex Word();

    [GeneratedRegex("[?？؟]+[\"')”»]*(\\s|$)")]
    private static partial Regex QuestionMark();

    [GeneratedRegex(@"^(please |pls |hey,? |hi,? |hello,? |so,? |and |but |bitte )?(" +
        @"why|what('?s)?|who|how|(when|where|which) (is|are|was|were|did|do|does|has|have|can)|which (host|service|container|pod|process|query|disk)e?s?" +
        @"|is|are|does|do|did|can|could|should|would|has|have|will|any idea" +
        @"|tell me|show me|explain|investigate|check(?! (fail|is|was|of|has|return|time))|look (at|into)|find out|find the|diagnose|debug|figure out|analy[sz]e|help me|help with|troubleshoot" +
        @"|warum|wieso|weshalb|was (ist|war|macht|passiert|frisst|belegt)|wie|wann|wo|welche[rsn]?|wer|prüfe|untersuche|zeig" +
        @"|pourquoi|comment|quand|où|est-ce|qu'est-ce|quel(le)?s?" +
        @"|por qué|por que|qué|cómo|cuándo|dónde|cuál" +
        @"|perché|perch[eè]|quando|come mai|cosa" +
        @"|waarom|hoe|wanneer|dlaczego|czemu|jak|kiedy|gdzie|czy|почему|что|как|когда|где|чому" +
        @")\b[^:=]", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Opening();
}

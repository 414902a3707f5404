namespace OpenSre.Investigation;

/// <summary>A text as lower-case words without punctuation around them; <c>web-1</c>, <c>/srv</c> and <c>disk.io</c> stay whole.</summary>
internal static class Words
{
    private static readonly char[] Edges = ['?', '!', '.', ',', ';', ':', '"', '(', ')', '[', ']', '`', '…', '\'', '*'];

    /// <summary>Words that carry no subject in a question about an answer.</summary>
    private static readonly HashSet<string> Filler = new(StringComparer.Ordinal)
    {
        "a", "an", "the", "this", "that", "these", "those", "it", "its", "there", "here", "is", "are", "was", "were", "be", "been", "being", "am", "do", "does", "did", "done", "doing",
        "have", "has", "had", "can", "could", "would", "should", "will", "may", "might", "must", "you", "your", "u", "i", "me", "my", "we", "us", "our", "they", "them", "he", "she",
        "of", "for", "to", "in", "on", "at", "by", "with", "from", "about", "as", "and", "or", "so", "but", "then", "than", "if", "out", "up", "into", "behind", "off",
        "please", "pls", "ok", "okay", "hey", "hi", "hm", "hmm", "well", "now", "just", "also", "really", "exactly", "actually", "again", "only", "even", "very", "right", "yet",
        "tell", "show", "give", "list", "print", "display", "let", "get", "see", "want", "like", "need", "say", "said", "says", "saying", "mean", "means",
        "what", "which", "how", "who", "whats", "hows", "thats", "im", "ive", "youre", "youve", "theres", "lets", "id", "ill", "all", "any", "some", "much", "many", "more", "most", "every", "each", "full", "whole", "both",
        "last", "previous", "investigation", "diagnosis", "report", "answer", "conclusion", "result", "results", "verdict", "alert", "incident", "problem", "issue", "cause", "root", "reason", "fault", "thing", "things", "stuff", "thanks", "thank",
        "opensre", "first", "details", "detail", "quick", "quickly", "short", "briefly", "else", "anything", "something", "everything",
    };

    public static List<string> Of(string text)
    {
        List<string> words = [];
        foreach (var raw in text.Replace('’', '\'').Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var word = raw.Trim(Edges).Replace("'", "", StringComparison.Ordinal).ToLowerInvariant();
            if (word.Length > 0)
            {
                words.Add(word);
            }
        }

        return words;
    }

    public static bool IsFiller(string word) => Filler.Contains(word);

    /// <summary>The parts a compound such as <c>disk.space_exhausted</c> or <c>web-1.example.org</c> is made of, and itself.</summary>
    public static IEnumerable<string> Parts(string word) =>
        word.Split(['.', '_', '-', '/', ':', '@'], StringSplitOptions.RemoveEmptyEntries).Where(p => p.Length > 1).Append(word);
}

namespace OpenSre.Terminal;

/// <summary>Splits what follows a command into words; quotation marks keep words together.</summary>
internal static class CommandWords
{
    public static IReadOnlyList<string> Of(string argument)
    {
        List<string> words = [];
        var word = new System.Text.StringBuilder();
        var (quote, isOpen) = ('\0', false);
        foreach (var c in argument)
        {
            if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
                isOpen = true;
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                End();
            }
            else
            {
                word.Append(c);
                isOpen = true;
            }
        }

        End();
        return words;

        void End()
        {
            if (isOpen)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            isOpen = false;
        }
    }
}

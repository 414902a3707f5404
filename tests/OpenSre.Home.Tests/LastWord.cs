namespace OpenSre.Home.Tests;

/// <summary>What a growing answer says in the end.</summary>
internal static class LastWord
{
    /// <summary>Empty for an answer that says nothing; null when the message is for nobody here.</summary>
    public static async Task<string?> OfAsync(IAsyncEnumerable<string>? answer)
    {
        if (answer is null)
        {
            return null;
        }

        var last = "";
        await foreach (var text in answer)
        {
            last = text;
        }

        return last;
    }
}

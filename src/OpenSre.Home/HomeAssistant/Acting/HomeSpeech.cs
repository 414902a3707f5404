using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenSre.Home;

/// <summary>The second way to people who are at home: a voice of Home Assistant says on a media player what is critical.</summary>
/// <param name="log">Told why it could not be said, when that changes.</param>
public sealed class HomeSpeech(HomeAssistantClient client, SpeechSettings speech, Action<string> log) : HomeWay(client, $"the voice ({speech.Voice} on {speech.Player})", log)
{
    private const int Longest = 240;

    protected override ServiceCall Call(House house, string text) =>
        new("tts", "speak", [speech.Voice], new JsonObject { ["media_player_entity_id"] = speech.Player, ["message"] = Spoken(text) }.ToJsonString());

    /// <summary>What of a message is worth saying aloud: its first line, without marks, signs and codes.</summary>
    internal static string Spoken(string text)
    {
        var line = OutsideText.Line(text.Split('\n', 2)[0], Longest);
        var said = new StringBuilder(line.Length);
        foreach (var rune in line.Replace("·", ",", StringComparison.Ordinal).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.OtherSymbol or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark) && rune.Value is not ('[' or ']' or '“' or '”'))
            {
                said.Append(rune);
            }
        }

        return said.ToString().Replace(" ,", ",", StringComparison.Ordinal).Trim();
    }
}

/// <summary>Several second ways at once; told is told when one of them has taken it.</summary>
public sealed class SecondWays(IReadOnlyList<ISecondChannel> ways) : ISecondChannel
{
    /// <inheritdoc/>
    public async Task<bool> TellAsync(string text, CancellationToken cancellation)
    {
        var told = await Task.WhenAll(ways.Select(w => w.TellAsync(text, cancellation))).ConfigureAwait(false);
        return told.Contains(true);
    }
}

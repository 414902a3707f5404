namespace OpenSre.Home;

/// <summary>
/// Something the assistant can do with a message. Skills are asked in a fixed order; the first that takes it answers.
/// </summary>
public interface IChatSkill
{
    /// <summary>
    /// Null when the message is not for this skill, which it decides at once and without asking anything outside. Otherwise
    /// the answer, as it grows: each text replaces the one before it.
    /// </summary>
    IAsyncEnumerable<string>? TryAnswer(ChatMessage message);
}

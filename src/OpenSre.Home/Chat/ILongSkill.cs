namespace OpenSre.Home;

/// <summary>
/// A skill that only looks and takes its time: what is said meanwhile in the same chat is answered at once, and
/// "stop" ends it.
/// </summary>
public interface ILongSkill : IChatSkill;

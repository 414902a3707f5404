namespace OpenSre.Terminal;

/// <summary>What a person's environment says about how the session should behave.</summary>
/// <param name="IsStill">No animation: the spinner is words that change once a second.</param>
internal sealed record LiveOptions(Theme Theme, bool IsStill)
{
    public static LiveOptions For(Func<string, string?> environment) => new(
        Theme.For(environment),
        IsStill: !string.IsNullOrEmpty(environment("OPENSRE_REDUCED_MOTION")) || !string.IsNullOrEmpty(environment("CI")));
}

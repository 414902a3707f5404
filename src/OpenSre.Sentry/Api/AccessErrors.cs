using OpenSre.Core;

namespace OpenSre.Sentry;

/// <summary>Says in one sentence what a refusal of the server means, and keeps its own words.</summary>
internal static class AccessErrors
{
    private const string NoCode = "Code generation is disabled";

    public static bool IsCodeGenerationDisabled(SentryAnswer answer) => answer.Code == 403 && answer.Detail.Contains(NoCode, StringComparison.Ordinal);

    /// <param name="explorer">The call was to explorer-chat or explorer-update, which older servers lack.</param>
    public static FixException Of(SentryAnswer answer, SentryHost host, string organization, bool explorer = false)
    {
        var said = SafeText.Line(answer.Detail, 300);
        var words = said.Length > 0 ? $" (HTTP {answer.Code}: {said})" : $" (HTTP {answer.Code})";
        var settings = host.IsSentryIo ? $"https://{organization}.sentry.io/settings" : host.Address.GetLeftPart(UriPartial.Authority) + "/settings/" + organization;
        bool Says(string part) => answer.Detail.Contains(part, StringComparison.Ordinal);
        return answer.Code switch
        {
            402 => new FixException(FixFailure.NoBudget, $"Seer has no budget or needs a paid plan{words}: {settings}/billing/overview/?product=seer"),
            403 when Says("AI features") => new FixException(FixFailure.AiDisabled, $"An administrator has disabled AI features{words}: {settings}/#hideAiFeatures"),
            403 when Says(NoCode) => new FixException(FixFailure.AiDisabled, $"Code generation is disabled for this organization{words}; the root cause and plan stay."),
            403 when Says("not enabled") || Says("has not been enabled") => Unavailable(words),
            403 when Says("open team membership") => new FixException(FixFailure.SeerUnavailable, $"Seer's chat needs open team membership in this organization{words}."),
            403 when Says("user account is required") => new FixException(FixFailure.TokenRefused, $"This call needs a user's token, not an organization's{words}."),
            403 => new FixException(FixFailure.TokenRefused, $"The token may not do this{words}; it needs the scopes org:read, project:read, event:read and event:write."),
            404 when explorer => Unavailable(words),
            404 => new FixException(FixFailure.NotFound, $"Sentry knows no such issue or run{words}, or the token may not see it."),
            500 when !host.IsSentryIo => new FixException(FixFailure.SeerUnavailable, $"The server failed{words}. Seer exists on sentry.io only; on a server of your own use --local."),
            429 => new FixException(FixFailure.ApiError, $"Too many requests{words}; wait a minute and run it again."),
            409 or 422 => new FixException(FixFailure.ApiError, $"The run cannot be continued at this moment{words}; run it again, or with --force for a new run."),
            _ => new FixException(FixFailure.ApiError, $"Sentry refused{words}."),
        };
    }

    public static FixException Unavailable(string words) =>
        new(FixFailure.SeerUnavailable, $"Explorer mode is not available for your organization{words}. Try the web UI instead, or --local to investigate without Seer.");
}

using OpenSre.Sentry;

namespace OpenSre.Cli;

/// <summary>How <c>opensre fix</c> ends, for a script. The table in docs/fix.md is the same.</summary>
internal static class FixExit
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NoToken = 10;
    public const int TokenRefused = 12;
    public const int OtherHost = 13;
    public const int ContextMissing = 22;
    public const int NotFound = 23;
    public const int ApiError = 30;
    public const int TimedOut = 31;
    public const int SeerUnavailable = 40;
    public const int NoBudget = 41;
    public const int AiDisabled = 42;
    public const int AwaitingInput = 61;
    public const int NoFix = 62;
    public const int NotApplied = 63;
    public const int PullRequestFailed = 64;
    public const int SeerFailed = 65;
    public const int Interrupted = 130;

    public static int Of(FixFailure failure) => failure switch
    {
        FixFailure.Usage => Usage,
        FixFailure.NoToken => NoToken,
        FixFailure.TokenRefused => TokenRefused,
        FixFailure.OtherHost => OtherHost,
        FixFailure.ContextMissing => ContextMissing,
        FixFailure.NotFound => NotFound,
        FixFailure.ApiError => ApiError,
        FixFailure.TimedOut => TimedOut,
        FixFailure.SeerUnavailable => SeerUnavailable,
        FixFailure.NoBudget => NoBudget,
        FixFailure.AiDisabled => AiDisabled,
        FixFailure.Interrupted => Interrupted,
        _ => Failed,
    };

    public static int Of(DriveEnd end) => end switch
    {
        DriveEnd.Completed => Done,
        DriveEnd.NoFix => NoFix,
        DriveEnd.Awaiting => AwaitingInput,
        DriveEnd.TimedOut => TimedOut,
        DriveEnd.CodeDisabled => AiDisabled,
        _ => SeerFailed,
    };
}

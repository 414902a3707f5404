using OpenSre.Core;
using OpenSre.Home;

namespace OpenSre.Cli;

/// <summary>What only somebody at this machine can put right: a changed safety number, Signal's rate limit.</summary>
internal static class HomeRepairs
{
    public static async Task<int> TrustAsync(HomeConfig config, string name, string number, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var digits = number.Replace(" ", "", StringComparison.Ordinal);
        if (config.Find(name) is not { } person && (person = config.People.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) is null)
        {
            return await FailAsync(errors, $"nobody called {SafeText.Line(name, 40)} is on the list", ExitCodes.Unusable).ConfigureAwait(false);
        }

        if (digits.Length != 60 || !digits.All(char.IsAsciiDigit))
        {
            return await FailAsync(errors, "a safety number has 60 digits; both phones show it under the contact's details", ExitCodes.Unusable).ConfigureAwait(false);
        }

        using var api = new SignalApi(Settings(config), config.Timeouts.Send);
        if (await api.TrustAsync(person.Uuid, digits, cancellation).ConfigureAwait(false) is { } why)
        {
            return await FailAsync(errors, $"the number was not accepted: {why}", ExitCodes.Failed).ConfigureAwait(false);
        }

        new Distrust(config.Folder).Remove(person.Uuid);
        await output.WriteLineAsync($"{SafeText.Line(person.Name, 40)} is trusted again.").ConfigureAwait(false);
        return ExitCodes.Done;
    }

    public static async Task<int> UnblockAsync(HomeConfig config, string captcha, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var limit = new RateLimit(config.Folder, TimeProvider.System);
        if (limit.Present is not { } state)
        {
            await output.WriteLineAsync("Signal does not limit sending at present; nothing is to be done.").ConfigureAwait(false);
            return ExitCodes.Done;
        }

        if (!captcha.StartsWith("signalcaptcha://", StringComparison.Ordinal))
        {
            return await FailAsync(errors, "solve the captcha at https://signalcaptchas.org/challenge/generate.html from this network and give its link, which begins with signalcaptcha://", ExitCodes.Unusable).ConfigureAwait(false);
        }

        if (state.Tokens.Count == 0)
        {
            return await FailAsync(errors, $"Signal named no challenge, so it can only be waited for, until {state.Until:yyyy-MM-dd HH:mm}Z", ExitCodes.Failed).ConfigureAwait(false);
        }

        using var api = new SignalApi(Settings(config), config.Timeouts.Send);
        foreach (var token in state.Tokens)
        {
            if (await api.LiftAsync(token, captcha, cancellation).ConfigureAwait(false) is { } why)
            {
                return await FailAsync(errors, $"the captcha was not accepted: {why}", ExitCodes.Failed).ConfigureAwait(false);
            }
        }

        limit.End();
        await output.WriteLineAsync("The limit is lifted; what waited is sent now.").ConfigureAwait(false);
        return ExitCodes.Done;
    }

    private static SignalSettings Settings(HomeConfig config) => config.Signal ?? throw new InvalidDataException("no Signal account is configured: set SIGNAL_PHONE and SIGNAL_SERVICE in .env");

    private static async Task<int> FailAsync(TextWriter errors, string sentence, int code)
    {
        await errors.WriteLineAsync($"opensre: {sentence}").ConfigureAwait(false);
        return code;
    }
}

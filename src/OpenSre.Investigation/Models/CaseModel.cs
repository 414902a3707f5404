using OpenSre.Models;

namespace OpenSre.Investigation;

/// <summary>Puts a model of the catalogue behind an investigation: masking, transcript, budgets, notes.</summary>
public static class CaseModel
{
    /// <param name="host">What opens the model where many investigations share it; null to open it for each.</param>
    /// <returns>Null when the chosen model is none.</returns>
    /// <exception cref="ModelException">The model cannot be used.</exception>
    public static ModelAdvice? For(ModelCatalogue catalogue, ModelSettings settings, TimeProvider? time = null, AgentHost? host = null)
    {
        if (settings.Protocol == ModelProtocol.None || catalogue.Offline)
        {
            return null;
        }

        time ??= TimeProvider.System;
        var spent = 0m;
        var gate = new Lock();
        var budget = catalogue.Configuration.Budget;
        return new ModelAdvice
        {
            Name = settings.Title,
            Time = time,
            Budget = budget,
            AnswerLimit = Math.Clamp(settings.Window / 12, 2_000, 10_000),
            Open = () =>
            {
                lock (gate)
                {
                    if (catalogue.Configuration.SessionMoney is { } most && spent >= most)
                    {
                        throw new ModelException(ModelFailure.NotAllowed, $"the budget of ${most:0.00} for this session is spent");
                    }
                }

                var masking = new Masking(catalogue.Configuration.Mask);
                var name = $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{System.Security.Cryptography.RandomNumberGenerator.GetHexString(4, lowercase: true)}.jsonl";
                var transcript = new Transcript(Path.Combine(catalogue.TranscriptFolder, name), time);
                return host is null ? catalogue.Open(settings, masking, transcript) : host.Open(masking, transcript);
            },
            IsQuick = !settings.IsProgram,
            Rehearse = settings.IsProgram ? null : render => ModelRehearsal.RunAsync(settings, render),
            Spent = cost =>
            {
                lock (gate)
                {
                    spent += cost.Money ?? 0;
                }
            },
        };
    }
}

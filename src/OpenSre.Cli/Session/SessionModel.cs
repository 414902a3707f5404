using OpenSre.Investigation;

namespace OpenSre.Cli;

/// <summary>The model a session asks; it can be changed while the session runs.</summary>
internal sealed class SessionModel(string? named, bool offline)
{
    private readonly Lock _lock = new();
    private Lazy<ModelAdvice?> _advice = new(() => ModelSetup.Advice(named, offline));

    /// <summary>What asks the model; null for the engine alone.</summary>
    /// <exception cref="InvalidDataException">The model cannot be used.</exception>
    public ModelAdvice? Advice
    {
        get
        {
            lock (_lock)
            {
                return _advice.Value;
            }
        }
    }

    /// <summary>What asks the model, where that can be said already; null for none, and where the first question will say what is wrong.</summary>
    public ModelAdvice? AdviceAtHand
    {
        get
        {
            try
            {
                return named is null && (offline || !ModelSetup.IsPossible) ? null : Advice;
            }
            catch (InvalidDataException)
            {
                // Said in words to whoever asks something; nobody has yet.
                return null;
            }
        }
    }

    /// <summary>What plans, in words, as far as it is known without reading anything: a prompt waits for it.</summary>
    /// <exception cref="InvalidDataException">The model named cannot be used.</exception>
    public string EngineAtOnce => named is null || offline ? "built-in engine" : NameOf(Advice);

    /// <summary>What plans, in words; asks for nothing that is not at hand.</summary>
    /// <exception cref="InvalidDataException">The model configured cannot be used.</exception>
    public string EngineName => named is null && (offline || !ModelSetup.IsPossible) ? "built-in engine" : NameOf(Advice);

    /// <summary>Asks this model from now on, or none; returns what plans then.</summary>
    /// <exception cref="InvalidDataException">There is no such model, or it cannot be used.</exception>
    public string Use(string name)
    {
        if (offline && name != "none")
        {
            throw new InvalidDataException("offline: no model may be asked");
        }

        var advice = ModelSetup.Advice(name, offline);
        lock (_lock)
        {
            _advice = new Lazy<ModelAdvice?>(advice);
        }

        return NameOf(advice);
    }

    private static string NameOf(ModelAdvice? advice) => advice is { } model ? $"built-in engine with {model.Name}" : "built-in engine";
}

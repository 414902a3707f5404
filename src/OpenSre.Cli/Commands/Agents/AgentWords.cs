namespace OpenSre.Cli;

/// <summary>The words after a subcommand: options that were allowed, and the rest in order.</summary>
internal sealed class AgentWords
{
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    private AgentWords()
    {
    }

    public List<string> Rest { get; } = [];

    public string? this[string option] => _options.GetValueOrDefault(option);

    public bool Has(string option) => _options.ContainsKey(option);

    /// <param name="words">What was typed.</param>
    /// <param name="options">Options that may be given; one that takes a value ends with "=".</param>
    /// <exception cref="AgentsUsageException">An option is unknown or lacks its value.</exception>
    public static AgentWords Parse(IReadOnlyList<string> words, params string[] options)
    {
        var parsed = new AgentWords();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word == "--")
            {
                parsed.Rest.AddRange(words.Skip(i + 1));
                break;
            }

            if (word.Length < 2 || word[0] != '-')
            {
                parsed.Rest.Add(word);
                continue;
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word : word[..equals];
            if (options.Contains(name) && equals < 0)
            {
                parsed._options[name] = "";
            }
            else if (!options.Contains(name + "="))
            {
                throw new AgentsUsageException($"there is no option {OpenSre.Core.SafeText.Line(word, 60)} here; opensre agents help lists the options.");
            }
            else if (equals >= 0)
            {
                parsed._options[name] = word[(equals + 1)..];
            }
            else if (++i < words.Count)
            {
                parsed._options[name] = words[i];
            }
            else
            {
                throw new AgentsUsageException($"{name} needs a value.");
            }
        }

        return parsed;
    }

    /// <summary>The value of an option as a whole number from 0 up.</summary>
    public int Number(string option, int otherwise) => this[option] is not { } text ? otherwise
        : int.TryParse(text, out var number) && number >= 0 ? number
        : throw new AgentsUsageException($"{option} takes a whole number, not {OpenSre.Core.SafeText.Line(text, 40)}.");

    /// <summary>The first word of the rest as a process id.</summary>
    public int Pid(string usage) => Rest.Count > 0 && int.TryParse(Rest[0], out var pid) ? pid : throw new AgentsUsageException("usage: " + usage);
}

/// <summary>A command about agents was given in a way it cannot be done.</summary>
internal sealed class AgentsUsageException : Exception
{
    public AgentsUsageException() : this("this cannot be done.")
    {
    }

    public AgentsUsageException(string message) : base(message)
    {
    }

    public AgentsUsageException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

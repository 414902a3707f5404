using System.Collections;
using OpenSre.Home;

namespace OpenSre.Cli;

/// <summary>Where the assistant's settings come from: config.yaml, the environment, and a <c>.env</c> file.</summary>
internal static class HomeSetup
{
    /// <summary>The file with secrets: the one named, else that of the home folder, else that of the working directory.</summary>
    public static string EnvFile(string? named)
    {
        var own = Path.Combine(HomeFolder.Path, ".env");
        return named ?? (File.Exists(own) || !File.Exists(".env") ? own : Path.GetFullPath(".env"));
    }

    /// <exception cref="InvalidDataException">Something cannot be used; the message is one sentence.</exception>
    public static HomeConfig Load(string? envFile)
    {
        var file = EnvFile(envFile);
        if (envFile is not null && !File.Exists(file))
        {
            throw new InvalidDataException($"there is no file {file}");
        }

        var names = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => (string)v.Key).Concat(File.Exists(file) ? DotEnv.Parse(File.ReadAllText(file)).Keys : []).Distinct(StringComparer.Ordinal);
        return HomeConfigReader.Load(HomeFolder.Path, DotEnv.Over(Environment.GetEnvironmentVariable, file), names);
    }
}

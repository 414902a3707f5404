using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Whom a line from outside is about: what it says itself, else what was asked for, else what it names.</summary>
public static class OutsideSources
{
    /// <summary>Null when that cannot be told; then the line speaks for no fault of anything.</summary>
    public static Entity? Of(CheckContext context, StoredOutput output, OutsideLine line)
    {
        var names = Known(context);
        if (line.Source.Length > 0)
        {
            // A pod or a replica is named after what it belongs to.
            return Entity(context, names.Where(n => line.Source.Equals(n, StringComparison.OrdinalIgnoreCase) || line.Source.StartsWith(n + "-", StringComparison.OrdinalIgnoreCase)).MaxBy(n => n.Length) ?? line.Source);
        }

        var asked = names.Where(n => output.Arguments.Values.Any(v => HasWord(v, n))).ToList();
        var named = asked.Count == 1 ? asked : names.Where(n => HasWord(line.Text, n)).ToList();
        return named is [var one] ? Entity(context, one) : null;
    }

    /// <summary>Names that stand in the alert and are those of a service here, or meant as one there.</summary>
    private static List<string> Known(CheckContext context) =>
        [.. context.Reading.ServiceNames.Concat(ServiceState.All(context).Select(s => s.Service.Name).Where(context.Reading.Names)).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static Entity Entity(CheckContext context, string name) =>
        name.Equals(context.HostName, StringComparison.OrdinalIgnoreCase) ? context.Host
        : context.Records("docker.containers", "container").Any(c => c["name"] == name) ? Entities.Container(name)
        : Entities.Service(name);

    private static bool HasWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + word.Length;
            if ((at == 0 || !IsPart(text[at - 1])) && (end == text.Length || !IsPart(text[end])))
            {
                return true;
            }
        }

        return false;

        static bool IsPart(char c) => char.IsLetterOrDigit(c) || c is '_' or '-';
    }
}

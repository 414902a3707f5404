using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenSre.Models;

/// <summary>List prices, with the day they were true. Configuration can name another price for a model.</summary>
public sealed partial class PriceTable
{
    private static readonly Lazy<PriceTable> Loaded = new(Load);
    private readonly Dictionary<string, Price> _prices = new(StringComparer.OrdinalIgnoreCase);

    private PriceTable(DateOnly date) => Date = date;

    public static PriceTable Default => Loaded.Value;

    /// <summary>The day the prices were read.</summary>
    public DateOnly Date { get; }

    public IReadOnlyDictionary<string, Price> Prices => _prices;

    /// <summary>
    /// The price of a model: by its name, without the maker some services put before it, and without a date or the word
    /// <c>latest</c> behind it. Null when the table does not know it; a similar name is no reason to guess.
    /// </summary>
    public Price? Find(string model)
    {
        var name = model[(model.LastIndexOf('/') + 1)..];
        if (_prices.TryGetValue(name, out var price))
        {
            return price;
        }

        return _prices.GetValueOrDefault(Version().Replace(name, ""));
    }

    private static PriceTable Load()
    {
        using var stream = typeof(PriceTable).Assembly.GetManifestResourceStream("OpenSre.Models.prices.json")!;
        using var document = JsonDocument.Parse(stream);
        var table = new PriceTable(DateOnly.ParseExact(document.RootElement.GetProperty("date").GetString()!, "yyyy-MM-dd"));
        foreach (var model in document.RootElement.GetProperty("models").EnumerateObject())
        {
            var input = model.Value.GetProperty("input").GetDecimal();
            table._prices[model.Name] = new Price(
                input,
                model.Value.GetProperty("output").GetDecimal(),
                model.Value.Find("cached")?.GetDecimal() ?? input,
                model.Value.Find("written")?.GetDecimal() ?? input);
        }

        return table;
    }

    [GeneratedRegex(@"(-\d{8}|-\d{4}-\d{2}-\d{2}|-latest|-preview)$")]
    private static partial Regex Version();
}

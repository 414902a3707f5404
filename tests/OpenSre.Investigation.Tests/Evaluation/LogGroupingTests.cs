using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation;

public sealed class LogGroupingTests
{
    [Fact]
    public void A_line_counts_when_its_group_is_exactly_the_true_one()
    {
        Assert.Equal(1, LogGrouping.Accuracy([1, 1, 2], ["a", "a", "b"]));
        // Two groups where there is one: neither is right.
        Assert.Equal(1 / 3.0, LogGrouping.Accuracy([1, 2, 3], ["a", "a", "b"]), 9);
        // One group where there are two.
        Assert.Equal(0, LogGrouping.Accuracy([1, 1, 1], ["a", "a", "b"]));
        Assert.Equal(0, LogGrouping.Accuracy([], []));
    }

    [Fact]
    public void Values_in_quotes_hold_commas_quotes_and_line_feeds()
    {
        Assert.Equal([["a", "b,c", "d\"e\nf"], ["1", "", "2"]], CsvTable.Parse("a,\"b,c\",\"d\"\"e\nf\"\r\n\n1,,2"));
        Assert.Empty(CsvTable.Parse("\n\n"));
        Assert.True(double.IsNaN(CsvTable.Number("none")));
    }

    [Fact]
    public void A_labelled_file_is_scored_and_one_without_labels_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "Shop_structured.csv");
            File.WriteAllText(file, "LineId,Content,EventId\n" + string.Concat(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? $"{i},\"order {i} placed, total {i * 3}\",E1\n" : $"{i},connection from 10.0.0.{i} closed,E2\n")));
            var score = Assert.Single(LogGrouping.Score(folder.FullName));
            Assert.Equal(("Shop", 40, 1.0, 2, 2), (score.Name, score.Lines, score.Grouping, score.Templates, score.TrueTemplates));
            Assert.True(score.LinesPerSecond > 0);
            File.WriteAllText(file, "LineId,Content\n1,x\n");
            Assert.Contains("EventId", Assert.Throws<InvalidDataException>(() => LogGrouping.Score(folder.FullName).ToList()).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(true);
        }
    }
}

using System.Runtime.CompilerServices;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Tests.Investigation.Intake;

/// <summary>Severities and times of all vendors, seen through the one shape that takes any of them.</summary>
public sealed class ScalesTests
{
    private static Alert Read(string field, string value, [CallerMemberName] string name = "") =>
        AlertIntake.Read($$"""{"name":"{{name}}","{{field}}":{{value}}}""", new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero)).Alerts[0];

    [Theory]
    [InlineData("CRITICAL", Severity.Critical)]
    [InlineData("page", Severity.Critical)]
    [InlineData("Disaster", Severity.Critical)]
    [InlineData("P1", Severity.Critical)]
    [InlineData("sev1", Severity.Critical)]
    [InlineData("fatal", Severity.Critical)]
    [InlineData("High", Severity.Error)]
    [InlineData("P2", Severity.Error)]
    [InlineData("major", Severity.Error)]
    [InlineData("warn", Severity.Warning)]
    [InlineData("P3", Severity.Warning)]
    [InlineData("Average", Severity.Warning)]
    [InlineData("low", Severity.Info)]
    [InlineData("P5", Severity.Info)]
    [InlineData("purple", Severity.Unknown)]
    public void Every_word_for_a_severity_has_its_place(string word, Severity severity) =>
        Assert.Equal(severity, Read("severity", $"\"{word}\"").Severity);

    [Theory]
    [InlineData("\"2026-05-04T10:00:00Z\"")]
    [InlineData("\"2026-05-04T12:00:00.000+02:00\"")]
    [InlineData("\"2026-05-04T10:00:00.000+0000\"")]
    [InlineData("\"2026-05-04 10:00:00\"")]
    [InlineData("\"2026.05.04 10:00:00\"")]
    [InlineData("\"Mon, 04 May 2026 10:00:00 GMT\"")]
    [InlineData("1777888800")]
    [InlineData("\"1777888800\"")]
    [InlineData("1777888800.0")]
    [InlineData("1777888800000")]
    [InlineData("1777888800000000")]
    [InlineData("1777888800000000000")]
    public void Every_way_to_write_a_time_is_read(string value) =>
        Assert.Equal(new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero), Read("startsAt", value).StartsAt);

    [Theory]
    [InlineData("\"0001-01-01T00:00:00Z\"")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1e999")]
    [InlineData("\"2026-02-30T00:00:00Z\"")]
    [InlineData("\"2026-05-04T10:00:00+99:00\"")]
    [InlineData("\"9999-12-31T23:59:59-14:00\"")]
    [InlineData("\"soon\"")]
    [InlineData("{}")]
    public void What_is_no_time_is_absent(string value) => Assert.Null(Read("startsAt", value).StartsAt);
}

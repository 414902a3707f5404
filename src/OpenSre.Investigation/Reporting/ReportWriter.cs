using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Words a diagnosis as Markdown.</summary>
public static class ReportWriter
{
    public static string Write(Incident incident, Diagnosis diagnosis, EvidenceLedger ledger, TimeSpan elapsed, int toolCalls)
    {
        var text = new StringBuilder();
        text.Append($"**{diagnosis.Verdict}:** {SafeText.Line(diagnosis.Summary, 600)}\n\n");
        foreach (var hypothesis in diagnosis.Ranked)
        {
            text.Append($"- {hypothesis.Probability:P0} {hypothesis.Statement} {string.Join(' ', hypothesis.Supporting.Select(s => $"[{s}]"))}\n");
        }

        foreach (var evidence in ledger.Evidence)
        {
            text.Append($"\n[{evidence.Id}] {SafeText.Line(evidence.Claim, 200)}\n    {SafeText.Line(evidence.Quote, 400)}\n");
        }

        text.Append($"\n{SafeText.Line(incident.Primary.Name, 100)}: {toolCalls} calls in {elapsed.TotalSeconds:0.0} s\n");
        return text.ToString();
    }
}

using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Terminal;

internal sealed class SaveCommand : ISessionCommand
{
    public CommandInfo Info { get; } = new("/save", "/save FILE", "write the last report into a file of yours: Markdown, or with .json everything the diagnosis rests on", "/save report.md");

    public string? NotInPipe(string argument) => "it writes a file; the report itself goes to standard output";

    public async Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        if (session.Last is not { } last)
        {
            session.Say(LastCommand.Nothing);
            return;
        }

        if (argument.Length == 0)
        {
            session.Say($"Say which file, as in: {Info.Example}");
            return;
        }

        var path = Path.GetFullPath(argument.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), argument[2..]) : argument, session.Host.WorkingDirectory);
        if (Directory.Exists(path))
        {
            session.Say($"{SafeText.Line(argument, 200)} is a folder.");
            return;
        }

        if (File.Exists(path) && await session.View.AskLineAsync($"{SafeText.Line(argument, 200)} is there already; write over it? [y/N]", cancellation).ConfigureAwait(false) is not ("y" or "Y" or "yes"))
        {
            session.Say("Nothing was written.");
            return;
        }

        var text = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? Json(last) : last.Report.Length > 0 ? last.Report : "The investigation came to no report.\n";
        await File.WriteAllTextAsync(path, text, cancellation).ConfigureAwait(false);
        session.Say($"Written to {SafeText.Line(path, 300)}, {Amounts.Size(text.Length)}.");
    }

    private static string Json(OpenSre.Investigation.CaseFile file)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("incident");
            JsonSerializer.Serialize(writer, file.Incident, CoreJson.Default.Incident);
            writer.WritePropertyName("diagnosis");
            if (file.Diagnosis is { } diagnosis)
            {
                JsonSerializer.Serialize(writer, diagnosis, CoreJson.Default.Diagnosis);
            }
            else
            {
                writer.WriteNullValue();
            }

            writer.WriteStartArray("evidence");
            foreach (var evidence in file.Ledger.Evidence)
            {
                JsonSerializer.Serialize(writer, evidence, CoreJson.Default.Evidence);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("outputs");
            foreach (var output in file.Ledger.Outputs)
            {
                JsonSerializer.Serialize(writer, output, CoreJson.Default.StoredOutput);
            }

            writer.WriteEndArray();
            writer.WriteString("report", file.Report);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}

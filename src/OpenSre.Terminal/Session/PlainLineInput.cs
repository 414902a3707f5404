namespace OpenSre.Terminal;

/// <summary>Input by whole lines, for terminals that can only do that.</summary>
internal sealed class PlainLineInput(TextReader input, TextWriter output) : ILineInput
{
    public LineRead Read()
    {
        output.Write("> ");
        output.Flush();
        var text = input.ReadLine();
        if (text is null)
        {
            output.Write("\n");
            return new LineRead(LineEnd.EndOfInput);
        }

        while (JsonOpening.IsOpen(text) && input.ReadLine() is { Length: > 0 } more)
        {
            text += "\n" + more;
        }

        return new LineRead(LineEnd.Text, text);
    }

    public void Pause()
    {
    }
}

using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>A command of the program inside the session: its lines become rows, its questions those of the session.</summary>
internal sealed class ProgramCommand(SessionProgram program) : ISessionCommand
{
    public CommandInfo Info { get; } = new(program.Name, program.Usage, program.Summary, program.Example);

    public string? NotInPipe(string argument) => program.OnlyLooks(CommandWords.Of(argument)) ? null : $"it does more than look; opensre {program.Name[1..]} is for scripts";

    public async Task RunAsync(Session session, string argument, CancellationToken cancellation)
    {
        var columns = session.View.Columns;
        await using var output = new RowWriter(session.View.Print);
        var face = new SessionFace(session, output, new Look(Colour: columns > 0, Cursor: false, Width: columns));
        try
        {
            await program.RunAsync(CommandWords.Of(argument), face, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            session.HasFailed = true;
            await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            session.View.Print(Row.Of(SafeText.Line(Redaction.Apply(e.Message), 400), Ink.Warn));
        }

        await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }
}

using OpenSre.Core;
using OpenSre.Terminal;

namespace OpenSre.Tests.Terminal;

public sealed class LiveRendererTests
{
    private static readonly Look Look = new(Colour: true, Cursor: true, Width: 100);

    [Fact]
    public async Task Silence_shows_a_spinner_and_it_leaves_no_trace()
    {
        using var writer = new StringWriter();
        using (var renderer = new LiveRenderer(new LineWriter(TextWriter.Synchronized(writer), Look), TimeProvider.System))
        {
            foreach (var e in SampleRun.Events)
            {
                renderer.Render(e);
                if (e is InvestigationStarted or ToolStarted)
                {
                    await Task.Delay(450, TestContext.Current.CancellationToken);
                }
            }
        }

        var text = writer.ToString();
        Assert.Contains('⠹', text);
        var quiet = new StringWriter();
        var plain = new PlainRenderer(quiet, Look);
        foreach (var e in SampleRun.Events)
        {
            plain.Render(e);
        }

        Assert.Equal(Screen.Of(quiet.ToString()), Screen.Of(text));
    }

    [Fact]
    public async Task A_pipe_sees_no_spinner()
    {
        using var writer = new StringWriter();
        using (var renderer = new LiveRenderer(new LineWriter(writer, Look.Plain), TimeProvider.System))
        {
            renderer.Render(SampleRun.Events[0]);
            await Task.Delay(400, TestContext.Current.CancellationToken);
        }

        Assert.Equal("▸ DiskFull on web-1 · built-in engine\n", writer.ToString());
    }
}

using System.Text;
using OpenSre.Fleet;

namespace OpenSre.Tests.Fleet;

public class FrameTests
{
    [Fact]
    public void Frames_do_not_depend_on_how_the_bytes_arrive()
    {
        var frames = new[] { "a\n", "\n", "bb\r\n", new string('x', 65_536) + "\n", new string('y', 65_537) + "\n", "last\n", "unended" };
        var bytes = Encoding.ASCII.GetBytes(string.Concat(frames));
        foreach (var size in new[] { 1, 7, 4096, 65_536, bytes.Length })
        {
            var splitter = new FrameSplitter();
            List<string> got = [];
            foreach (var piece in bytes.Chunk(size))
            {
                splitter.Add(piece, frame => got.Add(Encoding.ASCII.GetString(frame)));
            }

            Assert.Equal([frames[0], frames[2], frames[3], frames[5]], got);
            Assert.Equal(1, splitter.TooLong);
            Assert.False(splitter.IsFlooded);
        }
    }

    [Fact]
    public void Endless_bytes_without_a_line_end_are_a_flood()
    {
        var splitter = new FrameSplitter();
        for (var i = 0; i < 64; i++)
        {
            splitter.Add(new byte[4096], _ => Assert.Fail("no frame ended"));
        }

        Assert.False(splitter.IsFlooded);
        splitter.Add([1], _ => Assert.Fail("no frame ended"));
        Assert.True(splitter.IsFlooded);
    }

    [Fact]
    public void The_log_keeps_the_newest_frames_whole_across_its_end()
    {
        var log = new FrameLog(capacity: 64, frames: 8);
        for (var i = 0; i < 100; i++)
        {
            log.Append(Encoding.ASCII.GetBytes($"frame {i}\n"), i);
            Assert.InRange(log.Next - log.First, 1, 8);
            Assert.True(log.Head - log.Start(log.First) <= 64);
            for (var f = log.First; f < log.Next; f++)
            {
                var piece = log.Piece(log.Start(f), log.Start(f + 1));
                var rest = log.Piece(log.Start(f) + piece.Length, log.Start(f + 1));
                Assert.Equal($"frame {f}\n", Encoding.ASCII.GetString([.. piece, .. rest]));
                Assert.Equal(f, log.Origin(f));
                Assert.Equal(f, log.FrameAt(log.Start(f) + 1, log.First));
            }
        }
    }
}

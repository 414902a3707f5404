using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class StackTracesTests
{
    [Theory]
    [InlineData("java.io.IOException: Broken pipe\n\tat sun.nio.ch.Net.write(Net.java:1)\n\tat com.shop.Cart.save(Cart.java:9)\n\t... 3 more\nCaused by: java.lang.Error: x\n\tat com.shop.Db.get(Db.java:2)", "java.io.IOException at com.shop.Cart.save(Cart.java:9)")]
    [InlineData("Unhandled exception. System.InvalidOperationException: no\n   at System.Linq.Enumerable.First()\n   at Shop.Cart.Save() in /src/Cart.cs:line 9", "System.InvalidOperationException at Shop.Cart.Save() in /src/Cart.cs:line 9")]
    [InlineData("Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in run\n    go()\n  File \"/app/cart.py\", line 9, in save\n    f()\n  File \"/usr/lib/python3/site-packages/x.py\", line 1, in f\nredis.exceptions.ConnectionError: refused", "redis.exceptions.ConnectionError at save(/app/cart.py:9)")]
    [InlineData("TypeError: x is undefined\n    at node:internal/process:1:2\n    at save (/app/cart.js:9:3)", "TypeError at save (/app/cart.js:9:3)")]
    [InlineData("panic: nil map\n\ngoroutine 1 [running]:\nruntime.mapassign(0x1)\n\t/usr/local/go/src/runtime/map.go:1 +0x2\nmain.save(0x1)\n\t/app/cart.go:9 +0x3", "panic at main.save(/app/cart.go:9)")]
    public void A_trace_becomes_its_exception_and_first_own_frame(string trace, string expected)
    {
        var lines = ("before\n" + trace + "\nafter").Split('\n');
        var folded = StackTraces.Fold(lines).ToList();
        Assert.Equal(["before", expected, "after"], folded.Select(f => f.Text));
        Assert.Equal(lines.Length, folded.Sum(f => f.Lines));
        Assert.Equal((1, true), (folded[1].First, folded[1].Exception is not null));
    }

    [Theory]
    [InlineData("ConnectionError: refused\nnext line")]
    [InlineData("Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in run")]
    [InlineData("panic: at the disco\nnext line")]
    [InlineData("   at the start\nplain")]
    [InlineData("")]
    public void What_is_no_whole_trace_stays_as_it_is(string text)
    {
        var lines = text.Split('\n');
        Assert.Equal(lines, StackTraces.Fold(lines).Select(f => f.Text));
    }
}

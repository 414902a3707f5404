using System.Runtime.CompilerServices;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Keeps what was read from an output as long as the output itself, so that no check reads it twice.</summary>
internal static class Parsed<T> where T : class
{
    private static readonly ConditionalWeakTable<StoredOutput, T> Known = [];

    public static T Of(StoredOutput output, Func<string, T> read) => Known.GetValue(output, o => read(o.Text));
}

using System.Text.Json;

namespace OpenSre.Models;

/// <summary>Where the messages of an agent program come from: a process of one task, or one conversation of a shared one.</summary>
internal interface IMessageSource : IAsyncDisposable
{
    /// <summary>The program's last words on standard error, on one line.</summary>
    string LastWords { get; }

    /// <summary>The next message; null when the program has ended.</summary>
    Task<JsonDocument?> ReadAsync(CancellationToken cancellation);
}

using System.Text.Json.Serialization;

namespace OpenSre.Terminal;

/// <summary>The JSON of the session's own small files.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class TerminalJson : JsonSerializerContext;

using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenSre.Core;
using OpenSre.Investigation;

namespace OpenSre.Home;

/// <param name="CodeHash">SHA-256 of the code; the code itself is only on the screen of who asked for it.</param>
/// <param name="TriesLeft">Wrong codes that are still borne.</param>
/// <param name="Paired">Set once somebody sent the code.</param>
public sealed record PairingState(string Name, bool IsOperator, string CodeHash, DateTimeOffset Expires, int TriesLeft, Person? Paired);

/// <summary>
/// How somebody gets on the list: a command on this machine shows a code, and whoever sends that code to the assistant's
/// number within ten minutes is added, by UUID. The file <c>pairing.json</c> connects the command and a running daemon.
/// </summary>
public sealed class Pairing(string folder, TimeProvider time)
{
    /// <summary>Letters and digits that cannot be mistaken for one another.</summary>
    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);
    private const int Length = 8;
    private static readonly TimeSpan Valid = TimeSpan.FromMinutes(10);
    private readonly string _path = Path.Combine(folder, "pairing.json");

    /// <summary>Told when the file cannot be read, in a sentence.</summary>
    public Action<string> Said { get; init; } = _ => { };

    /// <summary>Who was added just now.</summary>
    public Action<Person> Added { get; init; } = _ => { };

    /// <summary>Opens the door for one person; an earlier code is void. The code, for the screen.</summary>
    public string Begin(string name, bool isOperator)
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        Write(new PairingState(SafeText.Line(name, 40), isOperator, Hash(code), time.GetUtcNow() + Valid, 5, null));
        return code;
    }

    /// <summary>Closes the door.</summary>
    public void End() => File.Delete(_path);

    /// <summary>Null when no pairing is open or it was closed.</summary>
    public PairingState? Present
    {
        get
        {
            try
            {
                return File.Exists(_path) ? JsonSerializer.Deserialize(File.ReadAllBytes(_path), PairingJson.Default.PairingState) : null;
            }
            catch (FileNotFoundException)
            {
                // Closed at this moment.
                return null;
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                Said($"{_path} cannot be read ({SafeText.Line(e.Message, 160)}), so nobody can be paired by it; begin again with: opensre home pair");
                return null;
            }
        }
    }

    /// <summary>Looks whether a stranger's message is the code. True when it was; the person is on the list then.</summary>
    public bool Take(ChatMessage message)
    {
        var text = message.Text.Trim().ToUpperInvariant();
        if (message.IsGroup || message.IsEdit || text.Length != Length || text.AsSpan().IndexOfAnyExcept(Letters) >= 0 || Present is not { Paired: null, TriesLeft: > 0 } state || state.Expires < time.GetUtcNow())
        {
            return false;
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(text)), Encoding.ASCII.GetBytes(state.CodeHash)))
        {
            Write(state with { TriesLeft = state.TriesLeft - 1 });
            return false;
        }

        var person = new Person(state.Name, message.Sender, state.IsOperator);
        try
        {
            PeopleFile.Add(folder, person);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Said($"{person.Name} sent the right code and could not be put on the list: {e.Message}");
            return false;
        }

        Write(state with { Paired = person });
        Added(person);
        return true;
    }

    private void Write(PairingState state) => WholeFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(state, PairingJson.Default.PairingState));

    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(code)));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PairingState))]
internal sealed partial class PairingJson : JsonSerializerContext;

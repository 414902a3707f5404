using System.Text;

namespace OpenSre.Home;

/// <summary>The forms in which people and groups are written on the wire.</summary>
public static class SignalAddress
{
    /// <summary>The form in which groups are sent to: <c>group.</c> and the base64 of the internal id.</summary>
    /// <remarks>An internal id given to the service as it stands is taken for a username, with an answer of success.</remarks>
    public static string Group(string id) => IsGroup(id) ? id : "group." + Convert.ToBase64String(Encoding.UTF8.GetBytes(id));

    public static bool IsGroup(string address) => address.StartsWith("group.", StringComparison.Ordinal);

    /// <summary>What can be sent to: a UUID, a number or a group; nothing that would be taken for a username.</summary>
    public static bool IsSendable(string address) =>
        IsGroup(address) || Guid.TryParseExact(address, "D", out _) || (address.Length > 5 && address[0] == '+' && address.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0);
}

using System.Net;
using System.Text.RegularExpressions;
using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Investigation;

/// <summary>
/// Which addresses a model may have looked at. A tool that reaches out to an address of the caller's choice could carry
/// what a model has read to a stranger; so it reaches only what the case is about: this machine, private addresses, what
/// the alert names, and what a check found to be part of the system. A name that merely stands in a log is not enough.
/// </summary>
internal static partial class ToolReach
{
    private static readonly string[] TargetArguments = ["url", "host", "name", "server", "resolver"];

    /// <summary>Null when the call may be made; else why not.</summary>
    public static string? Refuses(ToolCall call, Incident incident, Assessment assessment)
    {
        if (call.Tool.StartsWith("mcp.", StringComparison.Ordinal))
        {
            // Nobody knows which argument of a stranger's tool is an address; so each that holds one counts.
            foreach (Match address in call.Arguments.Values.SelectMany(v => Addresses().Matches(v)))
            {
                if (Uri.TryCreate(address.Value, UriKind.Absolute, out var target) && RefusesAddress(target, incident, assessment) is { } why)
                {
                    return why;
                }
            }

            return null;
        }

        if (!call.Tool.StartsWith("net.", StringComparison.Ordinal) && !call.Arguments.ContainsKey("url"))
        {
            return null;
        }

        foreach (var name in TargetArguments)
        {
            if (call.Arguments.TryGetValue(name, out var value) && value.Length > 0 && HostOf(name, value) is var host && !IsKnown(host, incident, assessment))
            {
                return Stranger(host);
            }
        }

        // The path of an address carries text as well as its host does.
        return call.Arguments.TryGetValue("url", out var url) && Uri.TryCreate(url, UriKind.Absolute, out var uri) ? RefusesQuery(uri, incident) : null;
    }

    private static string? RefusesAddress(Uri address, Incident incident, Assessment assessment) =>
        IsKnown(address.Host, incident, assessment) ? RefusesQuery(address, incident) : Stranger(address.Host);

    private static string? RefusesQuery(Uri address, Incident incident) => address.Query.Length > 0 && !IsLocal(address.Host) && !Mentions(incident, address.OriginalString)
        ? "An address with a query may be looked at only on this machine or when the alert names it."
        : null;

    private static string Stranger(string host) => $"{SafeText.Line(host, 100)} is no part of this case: a model may look only at this machine, private addresses, and what the alert or the engine's own findings name. A person can ask for it.";

    private static string HostOf(string argument, string value) =>
        argument == "url" && Uri.TryCreate(value, UriKind.Absolute, out var uri) ? uri.Host : value.Trim('[', ']').TrimEnd('.');

    private static bool IsKnown(string host, Incident incident, Assessment assessment) =>
        IsLocal(host)
        || Mentions(incident, host)
        || assessment.Context.Relations.Any(r => Is(r.From, host) || Is(r.To, host))
        || assessment.Candidates.Any(c => Is(c.Entity, host));

    private static bool Is(Entity entity, string host) => entity.Kind is EntityKind.Endpoint or EntityKind.Host or EntityKind.Certificate or EntityKind.Resolver or EntityKind.Service or EntityKind.KubernetesService
        && (entity.Name.Equals(host, StringComparison.OrdinalIgnoreCase) || SymptomLeads.SplitEndpoint(entity.Name).Host.Equals(host, StringComparison.OrdinalIgnoreCase));

    private static bool Mentions(Incident incident, string text) => incident.Alerts.Any(a =>
        Whole(a.Name, text) || Whole(a.Summary, text) || (a.Question is not null && Whole(a.Question, text)) || a.Labels.Values.Concat(a.Annotations.Values).Any(v => Whole(v, text)));

    /// <summary>The text stands there as a whole name, not as a part of a longer one.</summary>
    private static bool Whole(string within, string text)
    {
        for (var at = within.IndexOf(text, StringComparison.OrdinalIgnoreCase); at >= 0; at = within.IndexOf(text, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + text.Length;
            if ((at == 0 || !IsName(within[at - 1])) && (end == within.Length || !IsName(within[end]) || (within[end] == '.' && (end + 1 == within.Length || !char.IsLetterOrDigit(within[end + 1])))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsName(char c) => char.IsLetterOrDigit(c) || c is '-' or '.' or '_';

    private static bool IsLocal(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!IPAddress.TryParse(host, out var address))
        {
            return false;
        }

        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal)
        {
            return true;
        }

        var bytes = address.MapToIPv4().GetAddressBytes();
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            && (bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168));
    }

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]*://[^\s""'<>\\]+", RegexOptions.IgnoreCase)]
    private static partial Regex Addresses();
}

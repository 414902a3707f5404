using static OpenSre.Diagnostics.FaultDepth;
using static OpenSre.Diagnostics.Symptom;

namespace OpenSre.Diagnostics;

/// <summary>Faults of services that are seen from outside alone: through metrics, logs, traces and the list of changes.</summary>
public static class TelemetryFaults
{
    public const string Cpu = "app.cpu_overload";
    public const string Memory = "app.memory_growth";
    public const string Slow = "app.slow";
    public const string Failing = "app.failing";
    public const string Code = "change.code";
    public const string Flag = "change.flag";
    public const string Outside = "external.outage";
    public const string Surge = "traffic.surge";
    public const string Node = "node.trouble";
    public const string Expired = "credential.expired";
    public const string Certificate = "tls.certificate_expired";
    public const string Resolver = "dns.resolver_broken";

    /// <summary>Which service it is, is an answer where nobody keeps a list of changes; where that list could not be read, the answer may stand there.</summary>
    private static readonly Standing WhatBroughtIt = new(1) { Beneath = [TelemetryTools.Changes] };

    /// <summary>Those that no other catalogue holds.</summary>
    public static IReadOnlyList<FaultType> Own { get; } =
    [
        new(Cpu, "{0} uses far more CPU than before", Reason, Any)
        {
            Remedies = [new("See what it computes", "")],
        },
        new(Memory, "{0} uses more and more memory", Reason, Any)
        {
            Remedies = [new("Compare two heap profiles", "")],
        },
        new(Slow, "{0} is the service that became slow", State, Service | Symptom.Cpu) { Standing = WhatBroughtIt },
        new(Failing, "{0} is the service that fails", State, Service) { Standing = WhatBroughtIt },
        new(Code, "The change {0} brought it", Resource, Any, -3.5)
        {
            Remedies = [new("Read the change", "git show {0}"), new("Take it back", "git revert {0}")],
        },
        new(Flag, "Switching the flag {0} brought it", Resource, Any)
        {
            Remedies = [new("Switch it back", "")],
        },
        new(Outside, "{0}, which is not ours, does not work", Resource, Any)
        {
            Remedies = [new("Look at its status page and tell its operator", "")],
        },
        new(Surge, "{0} is asked for far more than before", Resource, Any)
        {
            Remedies = [new("Scale it or shed load", ""), new("See who asks", "")],
        },
        new(Node, "The node {0} is in trouble, and with it what runs there", Resource, Any),
        new(Expired, "A credential of {0} has expired", Resource, Any)
        {
            Remedies = [new("Renew it", "")],
        },
    ];

    /// <summary>Everything telemetry can speak to.</summary>
    public static IReadOnlyList<FaultType> All => [.. Own, FaultCatalogue.Get(Certificate), FaultCatalogue.Get(Resolver)];
}

namespace OpenSre.Home;

/// <summary>
/// A kind of two-state sensor and how people speak of it. In Home Assistant a binary sensor is "on" for what its kind watches
/// for: "on" of a lock is unlocked, of a safety sensor unsafe, of connectivity connected.
/// </summary>
/// <param name="Id">The device class, as Home Assistant calls it.</param>
/// <param name="Nouns">What the things are called that have it.</param>
/// <param name="On">What is said of one that is on.</param>
/// <param name="Off">What is said of one that is off.</param>
internal sealed record BinaryClass(string Id, string[] Nouns, string[] On, string[] Off)
{
    /// <summary>Said of any kind of sensor that watches for something.</summary>
    private static readonly string[] Found = ["on", "detected", "triggered", "sensed", "active", "present", "found"];

    private static readonly string[] NotFound = ["off", "clear", "not detected", "not triggered", "inactive", "absent"];

    private static readonly string[] Opened = ["open", "opened", "ajar"];

    private static readonly string[] Shut = ["closed", "shut"];

    public static IReadOnlyList<BinaryClass> All { get; } =
    [
        new("battery", ["battery", "batteries", "battery level", "battery levels"], ["low", "empty", "dead", "flat", "running low"], ["normal", "charged", "full", "ok", "okay", "fine", "good"]),
        new("battery_charging", ["battery", "batteries"], ["charging", "being charged"], ["not charging", "discharging"]),
        new("carbon_monoxide", ["carbon monoxide", "carbon monoxide sensor", "carbon monoxide sensors", "co", "co sensor", "co sensors", "carbon monoxide detector", "carbon monoxide detectors", "co detector", "co detectors"], Found, NotFound),
        new("cold", ["cold sensor", "cold sensors"], ["cold", "freezing", "frozen", "getting cold"], ["normal", "not cold"]),
        new("connectivity", ["connection", "connections", "connectivity"], ["connected", "online"], ["disconnected", "offline", "not connected"]),
        new("door", ["door", "doors"], Opened, Shut),
        new("garage_door", ["garage door", "garage doors"], Opened, Shut),
        new("gas", ["gas", "gas sensor", "gas sensors", "gas detector", "gas detectors"], Found, NotFound),
        new("heat", ["heat sensor", "heat sensors"], ["hot", "overheating", "getting hot"], ["normal", "not hot"]),
        new("light", ["light", "lights", "light sensor", "light sensors"], ["detected", "sensed", "triggered", "present"], ["not detected", "dark"]),
        new("lock", ["lock", "locks"], ["unlocked"], ["locked"]),
        new("moisture", ["water", "moisture", "leak", "leaks", "water sensor", "water sensors", "moisture sensor", "moisture sensors", "leak sensor", "leak sensors", "water leak", "water leaks"], ["wet", "leaking", "flooded", .. Found], ["dry", .. NotFound]),
        new("motion", ["motion", "movement", "motion sensor", "motion sensors", "motion detector", "motion detectors", "movement sensor", "movement sensors"], Found, NotFound),
        new("moving", ["moving sensor", "moving sensors"], ["moving"], ["not moving", "still", "stopped"]),
        new("occupancy", ["occupancy", "occupancy sensor", "occupancy sensors"], ["occupied", .. Found], ["unoccupied", "vacant", .. NotFound]),
        new("opening", ["opening", "openings"], Opened, Shut),
        new("plug", ["plug", "plugs", "plug sensor", "plug sensors"], ["plugged in", "plugged"], ["unplugged", "not plugged in"]),
        new("power", ["power", "power sensor", "power sensors"], ["powered", "powered on", "powered up", "detected", "triggered"], ["powered off", "powered down", "unpowered", "not powered", "not detected"]),
        new("presence", ["presence", "presence sensor", "presence sensors"], ["home", "at home", "present"], ["away", "gone", "not home", "not at home", "out"]),
        new("problem", ["problem", "problems", "issue", "issues", "fault", "faults"], ["on", "detected", "broken", "faulty"], ["ok", "okay", "fine", "off"]),
        new("running", [], ["running"], ["not running", "stopped", "finished"]),
        new("safety", ["safety", "safety sensor", "safety sensors"], ["unsafe", "dangerous", "not safe"], ["safe"]),
        new("smoke", ["smoke", "smoke sensor", "smoke sensors", "smoke detector", "smoke detectors", "smoke alarm", "smoke alarms"], Found, NotFound),
        new("sound", ["sound", "noise", "sound sensor", "sound sensors", "noise sensor", "noise sensors"], Found, NotFound),
        new("tamper", ["tampering", "tamper sensor", "tamper sensors", "tampering sensor", "tampering sensors"], ["tampered", "tampered with", "detected", "triggered", "on"], ["clear", "not tampered with", "off"]),
        new("update", ["update", "updates"], ["available", "update available", "updates available", "update pending", "updatable", "out of date", "outdated", "upgradable"], ["up to date", "updated"]),
        new("vibration", ["vibration", "vibrations", "vibration sensor", "vibration sensors"], ["vibrating", "shaking", .. Found], ["not vibrating", "still", .. NotFound]),
        new("window", ["window", "windows"], Opened, Shut),
    ];

    public static BinaryClass? Find(string? id) => All.FirstOrDefault(c => c.Id == id);
}

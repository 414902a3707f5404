namespace OpenSre.Home;

/// <summary>Which entities a verb can be said of. What is not here is never acted on by that verb.</summary>
internal static class VerbDomains
{
    private static readonly string[] Switchable =
        ["light", "switch", "fan", "media_player", "climate", "humidifier", "water_heater", "input_boolean", "automation", "script", "remote", "group", "siren", "camera"];

    public static bool Fits(HomeVerb verb, HomeEntity entity) => verb switch
    {
        HomeVerb.TurnOn => entity.Domain == "scene" || Switchable.Contains(entity.Domain, StringComparer.Ordinal),
        HomeVerb.TurnOff or HomeVerb.Toggle => Switchable.Contains(entity.Domain, StringComparer.Ordinal),
        HomeVerb.Open or HomeVerb.Close => entity.Domain is "cover" or "valve",
        HomeVerb.StopMoving => entity.Domain is "cover" or "valve",
        HomeVerb.Lock or HomeVerb.Unlock => entity.Domain == "lock",
        HomeVerb.Arm or HomeVerb.Disarm => entity.Domain == "alarm_control_panel",
        HomeVerb.SetLevel => entity.Domain is "light" or "cover" or "valve" or "fan",
        HomeVerb.SetColour => entity.Domain == "light",
        HomeVerb.SetTemperature => entity.Domain is "climate" or "water_heater",
        HomeVerb.QueryTemperature => entity.Domain is "climate" or "weather" || entity is { Domain: "sensor", DeviceClass: "temperature" },
        HomeVerb.SetVolume or HomeVerb.VolumeUp or HomeVerb.VolumeDown or HomeVerb.Mute or HomeVerb.Unmute or HomeVerb.Next or HomeVerb.Previous or HomeVerb.Pause or HomeVerb.Resume or HomeVerb.Play => entity.Domain == "media_player",
        HomeVerb.Start or HomeVerb.Dock => entity.Domain is "vacuum" or "lawn_mower",
        HomeVerb.Run => entity.Domain is "script" or "automation" or "scene",
        HomeVerb.Scene => entity.Domain == "scene",
        HomeVerb.Press => entity.Domain is "button" or "input_button",
        HomeVerb.AddItem or HomeVerb.CompleteItem or HomeVerb.RemoveItem or HomeVerb.ShowItems => entity.Domain == "todo",
        HomeVerb.QueryWhere => entity.Domain is "person" or "device_tracker",
        HomeVerb.Weather => entity.Domain == "weather",
        HomeVerb.QueryAutomations => entity.Domain == "automation",
        _ => entity.Domain is not "zone",
    };

    /// <summary>Verbs that, said without a place, mean the room the asker is in.</summary>
    public static bool MeanHere(HomeVerb verb) => verb is HomeVerb.TurnOn or HomeVerb.TurnOff or HomeVerb.Toggle or HomeVerb.Open or HomeVerb.Close or HomeVerb.StopMoving
        or HomeVerb.Lock or HomeVerb.Unlock or HomeVerb.SetLevel or HomeVerb.SetColour or HomeVerb.SetTemperature or HomeVerb.QueryTemperature
        or HomeVerb.SetVolume or HomeVerb.VolumeUp or HomeVerb.VolumeDown or HomeVerb.Mute or HomeVerb.Unmute or HomeVerb.Next or HomeVerb.Previous or HomeVerb.Pause or HomeVerb.Resume or HomeVerb.Play;
}

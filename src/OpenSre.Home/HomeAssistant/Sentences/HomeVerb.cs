namespace OpenSre.Home;

/// <summary>
/// What can be asked of a house. Locks, covers, valves and alarms have verbs of their own and never a general one: in Home
/// Assistant's words "turn off" a lock means unlock it.
/// </summary>
public enum HomeVerb
{
    TurnOn, TurnOff, Toggle,
    Open, Close, StopMoving, Lock, Unlock, Arm, Disarm,
    SetLevel, SetColour, SetTemperature, SetVolume, VolumeUp, VolumeDown, Mute, Unmute,
    Next, Previous, Pause, Resume, Play,
    Start, Dock, Run, Scene, Press,
    AddItem, CompleteItem, RemoveItem, ShowItems,
    StartTimer, CancelTimer, CancelAllTimers, IncreaseTimer, DecreaseTimer, PauseTimer, ResumeTimer, TimerStatus, Delay,
    Announce,
    QueryState, QueryValue, QueryTemperature, QueryWhere, QueryWhen, QueryHowLong, QueryAutomations,
    Weather, Date, Time,
    Undo, Nevermind, Respond,
}

internal static class HomeVerbs
{
    /// <summary>Whether obeying it changes something in the house.</summary>
    public static bool Acts(this HomeVerb verb) => verb < HomeVerb.QueryState && verb is not (HomeVerb.TimerStatus or HomeVerb.ShowItems);
}

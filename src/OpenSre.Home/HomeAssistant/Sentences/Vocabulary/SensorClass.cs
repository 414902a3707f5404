namespace OpenSre.Home;

/// <summary>
/// A kind of measuring sensor and the words in which its value is asked for. The last word of a question and a few words that
/// any kind may have ("amount", "level") are in <see cref="Any"/>.
/// </summary>
/// <param name="Id">The device class, as Home Assistant calls it.</param>
internal sealed record SensorClass(string Id, params string[] Words)
{
    /// <summary>Words that ask for a value and say nothing of its kind.</summary>
    public static IReadOnlySet<string> Any { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "amount", "level", "levels", "value", "reading", "readings", "measurement", "total", "current", "state", "sensor", "status", "number", "present", "now", "left", "remaining",
    };

    /// <summary>Whether a word is what a kind is usually called.</summary>
    public static bool Is(string word) => All.Any(c => c.Words[0] == word);

    public static IReadOnlyList<SensorClass> All { get; } =
    [
        new("apparent_power", "apparent", "power"),
        new("aqi", "air", "quality", "index", "aqi", "pollution"),
        new("atmospheric_pressure", "air", "atmospheric", "barometric", "pressure"),
        new("battery", "battery", "charge", "power", "percentage", "%"),
        new("carbon_dioxide", "carbon", "dioxide", "co2", "concentration"),
        new("carbon_monoxide", "carbon", "monoxide", "co", "concentration"),
        new("current", "current", "draw", "electric", "electrical", "amperage", "amps", "use", "uses", "using", "consume", "consumes", "consuming", "drawing"),
        new("data_rate", "data", "rate", "speed", "download", "upload", "transfer", "throughput", "bandwidth", "bitrate", "fast", "downloading", "uploading"),
        new("data_size", "data", "size", "large", "big"),
        new("date", "date", "day", "when"),
        new("timestamp", "time", "timestamp", "date", "when"),
        new("distance", "distance", "far", "length", "travelled", "traveled", "mileage"),
        new("duration", "duration", "time", "long", "length"),
        new("energy", "energy", "electricity", "consumption", "production", "produced", "consumed", "used", "use", "uses", "using", "consume", "consumes", "consuming", "drawing", "produce", "producing"),
        new("energy_storage", "energy", "stored", "storage", "charge"),
        new("frequency", "frequency"),
        new("gas", "gas", "volume", "consumption", "consumed", "used", "use", "uses", "using", "consume", "consumes", "consuming", "drawing"),
        new("humidity", "humidity", "relative", "humid", "moist"),
        new("illuminance", "illuminance", "brightness", "light", "bright", "lux", "luminance", "illumination"),
        new("irradiance", "irradiance", "solar", "radiation", "intensity", "sun"),
        new("moisture", "moisture", "water", "content", "wetness", "wet", "moist", "percentage"),
        new("monetary", "monetary", "cost", "price", "balance", "money", "much"),
        new("nitrogen_dioxide", "nitrogen", "dioxide", "no2", "concentration"),
        new("nitrogen_monoxide", "nitrogen", "monoxide", "nitric", "oxide", "no", "concentration"),
        new("nitrous_oxide", "nitrous", "oxide", "n2o", "concentration"),
        new("ozone", "ozone", "o3", "concentration"),
        new("pm1", "pm1", "pm", "1", "particulate", "matter", "concentration", "fine", "particle", "particles"),
        new("pm10", "pm10", "pm", "10", "particulate", "matter", "concentration", "particle", "particles"),
        new("pm25", "pm2.5", "pm25", "pm", "2.5", "particulate", "matter", "concentration", "fine", "particle", "particles"),
        new("ph", "ph", "acidity"),
        new("power", "power", "consumption", "wattage", "draw", "usage", "used", "watts", "use", "uses", "using", "consume", "consumes", "consuming", "drawing", "produce", "producing", "produced"),
        new("power_factor", "power", "factor"),
        new("precipitation", "precipitation", "rain", "rainfall", "snow", "snowfall", "fallen", "fell", "accumulated", "raining"),
        new("precipitation_intensity", "precipitation", "rain", "rainfall", "snowfall", "intensity", "rate", "raining"),
        new("pressure", "pressure"),
        new("reactive_power", "reactive", "power"),
        new("signal_strength", "signal", "strength", "rssi", "reception"),
        new("sound_pressure", "sound", "acoustic", "pressure", "noise", "loud", "loudness", "volume"),
        new("speed", "speed", "velocity", "fast"),
        new("sulphur_dioxide", "sulphur", "sulfur", "dioxide", "so2", "concentration"),
        new("temperature", "temperature", "temp", "hot", "cold", "warm", "cool", "heat", "degrees"),
        new("volatile_organic_compounds", "volatile", "organic", "compound", "compounds", "voc", "vocs", "concentration"),
        new("volatile_organic_compounds_parts", "volatile", "organic", "compound", "compounds", "voc", "vocs", "concentration", "parts", "ratio"),
        new("voltage", "voltage", "drop", "volts", "potential"),
        new("volume", "volume", "liquid", "water", "used"),
        new("volume_flow_rate", "flow", "rate", "volume"),
        new("volume_storage", "volume", "stored", "storage", "liquid", "water", "capacity"),
        new("water", "water", "consumption", "consumed", "usage", "used", "use", "uses", "using", "consume", "consumes", "consuming", "drawing"),
        new("weight", "weight", "mass", "heavy", "weigh", "weighs"),
        new("wind_speed", "wind", "speed", "windy", "strong", "fast", "blowing"),
    ];

    public static SensorClass? Find(string? id) => All.FirstOrDefault(c => c.Id == id);
}

namespace OpenSre.Home;

/// <summary>Makes a request of what a pattern caught, or says that together it makes no sense.</summary>
internal static class RequestReader
{
    /// <returns>The request and how well it fits beyond the words; null when the captures contradict each other or the house.</returns>
    public static (HomeRequest Request, int Bonus)? Read(HomeVerb verb, Capture? captures, MatchContext context, string? askersArea)
    {
        var caught = new Captures(captures);
        if (caught.Contradict || (caught.Has("question") && !context.Sentence.IsQuestion))
        {
            return null;
        }

        var request = new HomeRequest(verb, context.Sentence.Original)
        {
            Area = caught.Get<Area>("area"),
            Floor = caught.Get<Floor>("floor"),
            Label = caught.Get<HomeLabel>("label"),
            Here = caught.Has("here"),
            Everywhere = caught.Has("everywhere"),
            All = caught.Has("all"),
            Domain = caught.Get<string>("domain"),
            DeviceClass = caught.Get<string>("deviceclass"),
            Mode = caught.Get<string>("mode") is { } mode ? Enum.Parse<QueryMode>(mode, ignoreCase: true) : QueryMode.One,
            Value = Value(caught),
            Aspect = caught.Get<string>("aspect"),
            Colour = caught.Get<string>("colour"),
            MediaClass = caught.Get<string>("mediaclass"),
            Duration = caught.Get<HomeDuration>("duration"),
            TimerLength = caught.Get<HomeDuration>("length"),
            Text = caught.Get<string>("text") ?? caught.Get<string>("command") ?? caught.Get<string>("topic") ?? (caught.Get<object>("name") as string) ?? caught.Get<string>("since"),
        };
        if ((request.Everywhere && (request.Area ?? (object?)request.Floor) is not null) || (request.Here && (request.Everywhere || request.Area is not null || request.Floor is not null || request.Label is not null)))
        {
            return null;
        }

        if (request is { Area: { } area, Floor: { } floor } && area.FloorId != floor.Id)
        {
            return null;
        }

        if (verb == HomeVerb.QueryState)
        {
            return QueryReader.Read(request, caught, context.House.House);
        }

        if (caught.Get<NameMatch>("name") is { } match)
        {
            if (Named(request, match, caught.Get<string>("kind")) is not { } named)
            {
                return null;
            }

            request = named;
        }

        request = caught.Get<object>("state") is string state ? request with { State = state } : request;
        return Checked(request, caught, askersArea is null ? null : context.House.House.FindArea(askersArea)) is { } whole ? (whole, 0) : null;
    }

    /// <summary>The entities of that name the verb can be about; null when it can be about none.</summary>
    private static HomeRequest? Named(HomeRequest request, NameMatch match, string? kind)
    {
        var entities = match.Entities.Where(e => VerbDomains.Fits(request.Verb, e) && (kind is null or "person" || e.Domain == kind || (kind == "script" && e.Domain is "automation"))).ToList();
        if (entities.Count == 0)
        {
            return null;
        }

        var there = entities.Where(e => IsThere(e, request)).ToList();
        entities = there.Count > 0 ? there : entities;
        return request with { Name = entities[0].Name, Named = entities, Domain = entities[0].Domain };
    }

    private static bool IsThere(HomeEntity entity, HomeRequest request) => request.Area is { } area && entity.AreaId == area.Id;

    private static HomeRequest? Checked(HomeRequest request, Captures caught, Area? askers)
    {
        switch (request.Verb)
        {
            case HomeVerb.SetLevel:
                if (request.Aspect == "volume" || request.Value is < 0 or > 100)
                {
                    return null;
                }

                var isLight = request.Named.Count == 0 ? request.Domain is null or "light" : request.Named[0].Domain == "light";
                if ((request.Aspect == "brightness" && !isLight) || (request.Aspect == "position" && isLight) || (request.Aspect == "speed" && request.Domain != "fan") || (request.Domain is not (null or "light" or "cover" or "valve" or "fan")))
                {
                    return null;
                }

                request = request with { Domain = request.Domain ?? "light" };
                break;
            case HomeVerb.SetColour when request.Named.Count == 0 && request.Domain is not (null or "light"):
                return null;
            case HomeVerb.SetColour:
                request = request with { Domain = "light" };
                break;
            case HomeVerb.SetVolume when request.Value is < 0 or > 100:
                return null;
            case HomeVerb.Dock or HomeVerb.Start when request.Domain is null:
                request = request with { Domain = "vacuum" };
                break;
            case HomeVerb.AddItem or HomeVerb.CompleteItem or HomeVerb.RemoveItem or HomeVerb.ShowItems when request.Named.Count == 0 && !caught.Has("shopping"):
                return null;
            case HomeVerb.StartTimer or HomeVerb.Delay when request.Duration is { } length && length.Length == TimeSpan.Zero:
                return null;
        }

        // A garage door is not in the room one is in.
        var meansHere = VerbDomains.MeanHere(request.Verb) && request is { Named.Count: 0, Area: null, Floor: null, Label: null, Everywhere: false } && !(request.Domain == "cover" && CoverClass.IsWayIn(request.DeviceClass));
        return meansHere && askers is not null ? request with { Area = askers, AreaIsAskers = true } : request;
    }

    private static decimal? Value(Captures caught) => caught.Get<object>("value") switch
    {
        decimal number => number,
        string text => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };
}

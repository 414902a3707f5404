namespace OpenSre.Home;

/// <summary>What came of a plan.</summary>
/// <param name="Report">For a person; only what was seen.</param>
/// <param name="Before">The states of what was acted on, before.</param>
/// <param name="Acted">The entities something was sent to.</param>
/// <param name="IsDone">Everything is as it was to be; what no state tells was at least taken.</param>
internal sealed record HomeOutcome(string Report, IReadOnlyDictionary<string, EntityState> Before, IReadOnlyList<HomeEntity> Acted, bool IsDone);

/// <summary>
/// Does what a plan says and looks whether it came about. What is in the wanted state already and what is unavailable is
/// not sent anything. What is reported is what the states say afterwards, not that an order was taken.
/// </summary>
/// <param name="readBack">How long to wait for the states to follow.</param>
internal sealed class HomeActor(HomeAssistantClient client, TimeSpan readBack, TimeProvider time)
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(500);

    public async Task<HomeOutcome> DoAsync(HomePlan plan, CancellationToken cancellation)
    {
        if (plan.Parts.Count == 0)
        {
            return await DoOneAsync(plan, cancellation).ConfigureAwait(false);
        }

        List<HomeOutcome> outcomes = [];
        foreach (var part in plan.Parts)
        {
            outcomes.Add(await DoOneAsync(part, cancellation).ConfigureAwait(false));
        }

        return new HomeOutcome(
            string.Join(' ', outcomes.Select(o => o.Report)),
            outcomes.SelectMany(o => o.Before).DistinctBy(b => b.Key).ToDictionary(StringComparer.Ordinal),
            [.. outcomes.SelectMany(o => o.Acted).DistinctBy(e => e.Id)],
            outcomes.TrueForAll(o => o.IsDone));
    }

    private async Task<HomeOutcome> DoOneAsync(HomePlan plan, CancellationToken cancellation)
    {
        var states = await client.StatesAsync(cancellation).ConfigureAwait(false);
        var before = plan.Steps.SelectMany(s => s.Entities).DistinctBy(e => e.Id).Where(e => states.ContainsKey(e.Id)).ToDictionary(e => e.Id, e => states[e.Id], StringComparer.Ordinal);
        List<Fate> fates = [.. plan.Steps.SelectMany(s => s.Entities.Select(e => new Fate(e, s, Start(s, before.GetValueOrDefault(e.Id)))))];
        string? problem = null;
        foreach (var step in plan.Steps)
        {
            var due = fates.Where(f => f.Step == step && f.Now == Stage.Due).ToList();
            if (due.Count == 0)
            {
                continue;
            }

            try
            {
                await client.CallAsync(step.For(due.Select(f => f.Entity)), cancellation).ConfigureAwait(false);
                due.ForEach(f => f.Now = Stage.Sent);
            }
            catch (HomeAssistantException e) when (e.Fault == HomeAssistantFault.TimedOut)
            {
                // It may have been done all the same: the states will tell.
                due.ForEach(f => f.Now = Stage.Sent);
                problem = "Home Assistant did not say whether it took the order";
            }
            catch (HomeAssistantException e)
            {
                due.ForEach(f => f.Now = Stage.Refused);
                problem = $"Home Assistant did not do it: {e.Message.TrimEnd('.')}";
                break;
            }
        }

        await LookAsync(fates, cancellation).ConfigureAwait(false);
        var report = HomeReport.Say(plan, [.. fates.Select(f => new HomeReport.Line(f.Entity, f.Step, f.Now, client.Board.Of(f.Entity.Id)))], problem, readBack);
        return new HomeOutcome(report, before, [.. fates.Where(f => f.Now is Stage.Sent or Stage.Reached).Select(f => f.Entity)], fates.TrueForAll(f => f.Now is Stage.Reached or Stage.Already || (f.Now == Stage.Sent && f.Step.Reached is null)));
    }

    private static Stage Start(HomeStep step, EntityState? state)
    {
        if (state is null || (state.IsUnavailable && !(step.Reached is null && state.State == "unknown")))
        {
            // A scene or button that was never used is "unknown" and works.
            return Stage.Unavailable;
        }

        return step.Reached is { } reached && (step.Already ?? reached)(state) && !state.IsAssumed ? Stage.Already : Stage.Due;
    }

    private async Task LookAsync(List<Fate> fates, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var change = client.Board.NextChange();
            foreach (var fate in fates.Where(f => f.Now == Stage.Sent && f.Step.Reached is not null))
            {
                if (client.Board.Of(fate.Entity.Id) is { IsUnavailable: false } state && fate.Step.Reached!(state))
                {
                    fate.Now = Stage.Reached;
                }
            }

            var left = readBack - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || fates.TrueForAll(f => f.Now != Stage.Sent || f.Step.Reached is null))
            {
                return;
            }

            if (client.HearsChanges)
            {
                await Task.WhenAny(change, Task.Delay(left, time, cancellation)).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
            }
            else
            {
                await Task.Delay(left < PollEvery ? left : PollEvery, time, cancellation).ConfigureAwait(false);
                await client.StatesAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>How far it came with one entity.</summary>
    internal enum Stage { Due, Already, Unavailable, Sent, Reached, Refused }

    private sealed class Fate(HomeEntity entity, HomeStep step, Stage now)
    {
        public HomeEntity Entity { get; } = entity;

        public HomeStep Step { get; } = step;

        public Stage Now { get; set; } = now;
    }
}

namespace Transluce.Batch.Transcripts.Embedding.OpenAi;

/// <summary>Spreads requests evenly over time, whoever makes them.</summary>
/// <param name="clock">Also waits.</param>
/// <param name="requestsPerMinute">0 for no limit.</param>
internal sealed class RequestPace(TimeProvider clock, int requestsPerMinute)
{
    private readonly Lock gate = new();
    private DateTimeOffset next = DateTimeOffset.MinValue;

    /// <summary>Returns when the next request may be sent.</summary>
    public void Wait(CancellationToken cancellationToken)
    {
        if (requestsPerMinute == 0)
        {
            return;
        }

        TimeSpan delay;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var slot = next > now ? next : now;
            next = slot + (TimeSpan.FromMinutes(1) / requestsPerMinute);
            delay = slot - now;
        }

        Delay(delay, cancellationToken);
    }

    /// <summary>Waits, on a thread that belongs to a shard.</summary>
    public void Delay(TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay > TimeSpan.Zero)
        {
            Task.Delay(delay, clock, cancellationToken).GetAwaiter().GetResult();
        }
    }
}

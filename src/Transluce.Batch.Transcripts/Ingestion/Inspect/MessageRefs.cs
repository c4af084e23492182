namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// References to messages, split by how they are followed. A pool is written in the order of first appearance, so nearly all go forward and are met in one
/// pass; those that go back are few, since equal messages stand in a pool once.
/// </summary>
internal sealed class MessageRefs
{
    private readonly List<PoolRange> forward = [];
    private readonly List<PoolRange> back = [];

    public MessageRefs(IEnumerable<PoolRange> ranges)
    {
        var reached = 0L;
        foreach (var range in ranges.Where(range => range.End > range.Start))
        {
            if (range.Start < reached)
            {
                back.Add(range with { End = Math.Min(range.End, reached) });
            }

            if (range.End > reached)
            {
                forward.Add(range with { Start = Math.Max(range.Start, reached) });
                reached = range.End;
            }
        }
    }

    /// <summary>Each begins where the one before ends, or behind that.</summary>
    public IReadOnlyList<PoolRange> Forward => forward;

    /// <summary>To places before the furthest so far, in any order.</summary>
    public IReadOnlyList<PoolRange> Back => back;
}

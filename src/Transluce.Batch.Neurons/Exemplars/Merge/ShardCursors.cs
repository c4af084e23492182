using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>All shards of a collection side by side, each read once and in order, a row group at a time.</summary>
internal sealed class ShardCursors<TRow> : IDisposable
    where TRow : class
{
    private readonly List<ShardCursor<TRow>> cursors = [];

    public ShardCursors(ArtifactReader input, int shards, KeyRange range)
    {
        try
        {
            for (var shard = 0; shard < shards; shard++)
            {
                cursors.Add(new ShardCursor<TRow>(input.ReadShard<TRow>(shard, range)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The next rows that belong, from shards first … first + count - 1 in that order.</summary>
    public IEnumerable<TRow> Take(int first, int count, Func<TRow, bool> belongs)
        => cursors.Skip(first).Take(count).SelectMany(cursor => cursor.TakeWhile(belongs));

    public void Dispose() => cursors.ForEach(cursor => cursor.Dispose());
}

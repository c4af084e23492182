namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>One shard's rows of a layer, taken neuron by neuron in key order.</summary>
internal sealed class ShardCursor<TRow> : IDisposable
{
    private readonly IEnumerator<TRow> rows;
    private bool more;

    public ShardCursor(IEnumerable<TRow> rows)
    {
        this.rows = rows.GetEnumerator();
        more = this.rows.MoveNext();
    }

    /// <summary>The rows up to the first that does not belong. Ask in key order.</summary>
    public IEnumerable<TRow> TakeWhile(Func<TRow, bool> belongs)
    {
        while (more && belongs(rows.Current))
        {
            yield return rows.Current;
            more = rows.MoveNext();
        }
    }

    public void Dispose() => rows.Dispose();
}

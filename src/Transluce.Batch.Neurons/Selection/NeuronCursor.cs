using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons;

/// <summary>Reads a table sorted by layer, neuron and polarity beside another one: hands out the rows of one polarity at a time.</summary>
internal sealed class NeuronCursor<TRow>(IEnumerable<TRow> rows, Func<TRow, (int Layer, int Neuron, int Polarity)> keyOf) : IDisposable
    where TRow : class
{
    private readonly IEnumerator<TRow> rows = rows.GetEnumerator();
    private TRow? current;
    private bool started;

    /// <summary>The rows of this polarity; keys must be asked for in ascending order.</summary>
    public IReadOnlyList<TRow> Take((int Layer, int Neuron, int Polarity) key)
    {
        if (!started)
        {
            started = true;
            Advance();
        }

        var taken = new List<TRow>();
        while (current is not null && keyOf(current).CompareTo(key) <= 0)
        {
            if (keyOf(current) != key)
            {
                Refuse(current);
            }

            taken.Add(current);
            Advance();
        }

        return taken;
    }

    /// <summary>No row may be left over: it would belong to a neuron that has no statistics.</summary>
    public void RequireEnd()
    {
        if (current is not null)
        {
            Refuse(current);
        }
    }

    public void Dispose() => rows.Dispose();

    private void Advance() => current = rows.MoveNext() ? rows.Current : null;

    private void Refuse(TRow row)
    {
        var (layer, neuron, polarity) = keyOf(row);
        throw new ArtifactException(
            $"A {typeof(TRow).Name} of layer {layer}, neuron {neuron}, polarity {polarity:+0;-0} has no row in neuron_stats (train); "
            + "expected one for every neuron of the model. The two artifacts do not belong together: run 'artifacts verify'.");
    }
}

using System.Collections.Frozen;
using System.Numerics.Tensors;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>The eligible tokens of a pool, numbered densely, so that a neuron's token means over the pool are one pass over its column.</summary>
internal sealed class PoolTokens
{
    private readonly int[] rows;
    private readonly int[] numbers;
    private readonly float[] counts;
    private readonly FrozenDictionary<int, int> numberOf;

    public PoolTokens(IReadOnlyList<PlacedWindow> windows)
    {
        var number = new Dictionary<int, int>();
        var (rowList, numberList, countList) = (new List<int>(), new List<int>(), new List<float>());
        foreach (var placed in windows)
        {
            for (var i = 0; i < placed.Window.Length; i++)
            {
                if (!placed.IsEligible(i))
                {
                    continue;
                }

                var token = placed.Window.TokenIds[placed.Window.First + i];
                if (!number.TryGetValue(token, out var dense))
                {
                    dense = number.Count;
                    number.Add(token, dense);
                    countList.Add(0);
                }

                rowList.Add(placed.FirstRow + i);
                numberList.Add(dense);
                countList[dense]++;
            }
        }

        (rows, numbers, counts) = ([.. rowList], [.. numberList], [.. countList]);
        numberOf = number.ToFrozenDictionary();
    }

    /// <summary>The baseline's simulation: the mean of max(polarity × activation, 0) of each token over the pool, the overall mean for tokens that are not in it.</summary>
    /// <param name="column">Signed activations per pool row.</param>
    /// <param name="polarity">-1 or 1.</param>
    public Simulation Lookup(ReadOnlySpan<float> column, int polarity)
    {
        var means = new float[counts.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            means[numbers[i]] += Math.Max(column[rows[i]] * polarity, 0);
        }

        var overall = rows.Length == 0 ? 0 : (float)(TensorPrimitives.Sum<float>(means) / (double)rows.Length);
        TensorPrimitives.Divide(means, counts, means);
        return (window, predicted) =>
        {
            for (var i = 0; i < window.Length; i++)
            {
                predicted[i] = numberOf.TryGetValue(window.TokenIds[window.First + i], out var number) ? means[number] : overall;
            }
        };
    }
}

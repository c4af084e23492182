using Transluce.Batch.Neurons.Exemplars;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>The eligible tokens of a pool, numbered densely, so that a neuron's token means over the pool are one pass over its column.</summary>
internal sealed class PoolTokens
{
    private readonly int[] rows;
    private readonly int[] numbers;
    private readonly int[] tokens;
    private readonly int[] counts;

    public PoolTokens(PoolActivations pool)
    {
        var number = new Dictionary<int, int>();
        var (rowList, numberList, countList) = (new List<int>(pool.Rows), new List<int>(pool.Rows), new List<int>());
        foreach (var window in pool.Windows)
        {
            for (var i = 0; i < window.RowCount; i++)
            {
                if (!window.Eligible[i])
                {
                    continue;
                }

                var token = window.TokenIds[window.FirstPosition + i];
                if (!number.TryGetValue(token, out var dense))
                {
                    dense = number.Count;
                    number.Add(token, dense);
                    countList.Add(0);
                }

                rowList.Add(window.FirstRow + i);
                numberList.Add(dense);
                countList[dense]++;
            }
        }

        (rows, numbers, counts) = ([.. rowList], [.. numberList], [.. countList]);
        tokens = new int[number.Count];
        foreach (var (token, dense) in number)
        {
            tokens[dense] = token;
        }
    }

    /// <summary>Fills a look-up with the means of max(polarity × activation, 0) per token.</summary>
    public void Fill(TokenLookup lookup, ReadOnlySpan<float> column, int polarity)
    {
        var sums = new float[tokens.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            sums[numbers[i]] += Math.Max(column[rows[i]] * polarity, 0);
        }

        lookup.Clear();
        for (var dense = 0; dense < tokens.Length; dense++)
        {
            lookup.Add(tokens[dense], sums[dense], counts[dense]);
        }
    }
}

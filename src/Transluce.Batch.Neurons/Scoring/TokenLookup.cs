using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>A baseline: the mean rectified activation of each token over what was seen, the overall mean for tokens never seen. Belongs to one thread.</summary>
internal sealed class TokenLookup
{
    private readonly Dictionary<int, (float Sum, int Count)> tokens = [];
    private double sum;
    private long count;

    public void Add(int token, float total, int occurrences)
    {
        ref var entry = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(tokens, token, out _);
        entry = (entry.Sum + total, entry.Count + occurrences);
        sum += total;
        count += occurrences;
    }

    public void Add(ScoredWindow window)
    {
        for (var i = 0; i < window.Window.Length; i++)
        {
            if (window.Eligible[i])
            {
                Add(window.Window.TokenIds[window.Window.First + i], window.Actual[i], 1);
            }
        }
    }

    public void Simulate(TokenWindow window, Span<float> predicted)
    {
        var mean = count == 0 ? 0 : (float)(sum / count);
        for (var i = 0; i < window.Length; i++)
        {
            predicted[i] = tokens.TryGetValue(window.TokenIds[window.First + i], out var seen) ? seen.Sum / seen.Count : mean;
        }
    }
}

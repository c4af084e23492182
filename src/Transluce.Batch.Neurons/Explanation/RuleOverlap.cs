using System.Numerics.Tensors;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>How much weight one rule shares with every candidate: as pairs where it shares with few, as a whole vector where with many.</summary>
internal sealed class RuleOverlap
{
    private readonly List<int> places = [];
    private readonly List<float> weights = [];
    private float[] whole = [];
    private int length;

    /// <summary>Starts anew, as pairs.</summary>
    public void StartPairs()
    {
        length = 0;
        places.Clear();
        weights.Clear();
    }

    /// <summary>Starts anew, as a vector of zeros over all candidates.</summary>
    public Span<float> StartWhole(int candidates)
    {
        StartPairs();
        length = candidates;
        if (whole.Length < candidates)
        {
            whole = new float[candidates + 8192];
        }

        Array.Clear(whole);
        return whole.AsSpan(0, candidates);
    }

    /// <summary>Shares <paramref name="weight"/> with a candidate, more if called again.</summary>
    public void Add(int place, float weight)
    {
        if (length > place)
        {
            whole[place] += weight;
        }
        else if (weight != 0)
        {
            places.Add(place);
            weights.Add(weight);
        }
    }

    /// <summary>residual += factor × overlap.</summary>
    public void AddTo(Span<float> residual, float factor)
    {
        if (length > 0)
        {
            TensorPrimitives.MultiplyAdd(whole.AsSpan(0, length), factor, residual[..length], residual[..length]);
        }

        for (var i = 0; i < places.Count; i++)
        {
            residual[places[i]] += factor * weights[i];
        }
    }

    /// <summary>The weight shared with each of some candidates.</summary>
    public void With(ReadOnlySpan<int> candidates, Span<double> shared)
    {
        shared[..candidates.Length].Clear();
        for (var i = 0; i < candidates.Length; i++)
        {
            shared[i] = candidates[i] < length ? whole[candidates[i]] : 0;
        }

        for (var i = 0; i < places.Count; i++)
        {
            var which = candidates.IndexOf(places[i]);
            if (which >= 0)
            {
                shared[which] += weights[i];
            }
        }
    }
}

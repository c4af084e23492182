namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>TF-IDF of a text: (1 + ln count) × inverse frequency, of length one over the features the model knows.</summary>
internal static class TermWeights
{
    /// <param name="text">The text.</param>
    /// <param name="places">Feature → place in the model.</param>
    /// <param name="inverse">Inverse frequencies by place.</param>
    public static IReadOnlyList<(int Place, double Weight)> Of(WordFeatures text, IReadOnlyDictionary<int, int> places, IReadOnlyList<double> inverse)
    {
        var weights = new List<(int Place, double Weight)>();
        var squares = 0.0;
        foreach (var (feature, count) in text.All)
        {
            if (places.TryGetValue(feature, out var place))
            {
                var weight = (1 + Math.Log(count)) * inverse[place];
                weights.Add((place, weight));
                squares += weight * weight;
            }
        }

        return squares > 0 ? [.. weights.Select(w => (w.Place, w.Weight / Math.Sqrt(squares)))] : [];
    }
}

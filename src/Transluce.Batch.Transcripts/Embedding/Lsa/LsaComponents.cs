using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>A fitted model in memory.</summary>
internal sealed class LsaComponents
{
    private readonly Dictionary<int, int> places = [];
    private readonly List<double> inverse = [];
    private readonly List<float[]> components = [];

    /// <param name="key">Key of the artifact.</param>
    /// <param name="rows">Its rows.</param>
    public LsaComponents(string key, IEnumerable<LsaFeatureRow> rows)
    {
        Key = key;
        foreach (var row in rows)
        {
            places.Add(row.Feature, places.Count);
            inverse.Add(row.InverseFrequency);
            components.Add(row.Component);
        }
    }

    public string Key { get; }

    public int Dimensions => components.Count > 0 ? components[0].Length : 0;

    public bool Knows(int feature) => places.ContainsKey(feature);

    /// <summary>The text's place in the latent space, of length one; empty where the model knows none of its features.</summary>
    public float[] Project(WordFeatures text)
    {
        var sums = new double[Dimensions];
        foreach (var (place, weight) in TermWeights.Of(text, places, inverse))
        {
            var component = components[place];
            for (var index = 0; index < sums.Length; index++)
            {
                sums[index] += weight * component[index];
            }
        }

        return UnitVector.Of([.. sums.Select(s => (float)s)]);
    }
}

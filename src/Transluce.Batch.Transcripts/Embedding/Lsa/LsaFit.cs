using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Chunking;

namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>Fits the model: which features count, how rare they are, where they lie in the latent space.</summary>
/// <param name="options">How large it may be.</param>
internal sealed class LsaFit(LsaOptions options)
{
    /// <summary>Distinct texts it was fitted on.</summary>
    public int Texts { get; private set; }

    /// <summary>Occurrences of words in the chunks of every kind, as they are counted wherever the model is used.</summary>
    public long Words { get; private set; }

    /// <summary>Those of words that are not in the model: what unseen mass of other texts is compared with.</summary>
    public long UnseenWords { get; private set; }

    /// <param name="chunks">Reads all texts; called three times, in one order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public IEnumerable<LsaFeatureRow> Fit(Func<IEnumerable<ChunkRow>> chunks, CancellationToken cancellationToken)
    {
        var highest = HighestHash(chunks());
        var documents = new Dictionary<int, int>();
        foreach (var (_, text) in Sample(chunks(), highest, cancellationToken).Where(sampled => sampled.Fitted))
        {
            Texts++;
            foreach (var (feature, _) in text.All)
            {
                documents[feature] = documents.GetValueOrDefault(feature) + 1;
            }
        }

        int[] features = [.. documents.Where(d => d.Value >= options.MinTexts)
            .OrderByDescending(d => d.Value).ThenBy(d => d.Key).Take(options.MaxFeatures).Select(d => d.Key).Order()];
        var places = new Dictionary<int, int>(features.Select((feature, place) => KeyValuePair.Create(feature, place)));
        double[] inverse = [.. features.Select(f => Math.Log((1.0 + Texts) / (1.0 + documents[f])) + 1)];
        var matrix = new SparseMatrix(features.Length);
        foreach (var (fitted, text) in Sample(chunks(), highest, cancellationToken))
        {
            Words += text.Words.Count;
            UnseenWords += text.Words.Count(w => !places.ContainsKey(w));
            if (fitted)
            {
                matrix.AddRow(TermWeights.Of(text, places, inverse));
            }
        }

        if (features.Length == 0)
        {
            yield break;
        }

        var vectors = TruncatedSvd.RightVectors(matrix, options.Dimensions, options.Seed);
        for (var place = 0; place < features.Length; place++)
        {
            var component = new float[vectors.Columns];
            for (var column = 0; column < component.Length; column++)
            {
                component[column] = (float)vectors.Row(place)[column];
            }

            yield return new LsaFeatureRow(features[place], documents[features[place]], inverse[place], component);
        }
    }

    /// <summary>Every text once, whatever the number of its copies; of too many those with the smallest hashes. Assistant turns and results are fitted: the passages that are clustered.</summary>
    private static IEnumerable<(bool Fitted, WordFeatures Text)> Sample(IEnumerable<ChunkRow> chunks, ulong highest, CancellationToken cancellationToken)
    {
        var seen = new HashSet<(bool, ulong)>();
        foreach (var chunk in chunks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Hash(chunk) <= highest && !string.IsNullOrWhiteSpace(chunk.Text) && seen.Add((IsFitted(chunk), Hash(chunk))))
            {
                yield return (IsFitted(chunk), WordFeatures.Of(chunk.Text));
            }
        }
    }

    private static bool IsFitted(ChunkRow chunk) => chunk.Kind is Turn.AssistantKind or Turn.ToolKind;

    private ulong HighestHash(IEnumerable<ChunkRow> chunks)
    {
        ulong[] hashes = [.. chunks.Where(IsFitted).Select(Hash).Distinct().Order()];
        return hashes.Length > options.MaxTexts ? hashes[options.MaxTexts - 1] : ulong.MaxValue;
    }

    private static ulong Hash(ChunkRow chunk) => Convert.ToUInt64(chunk.TextSha256[..16], 16);
}

namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>Projects texts through a fitted model and counts the words the model has never seen.</summary>
internal sealed class LsaProvider(LsaComponents components) : EmbeddingProvider
{
    private long words;
    private long unseen;

    public override string Fingerprint => components.Key;

    public override string Model => components.Key;

    public override string Pooling => "sum";

    public override int Dimensions => components.Dimensions;

    /// <summary>A projection is faster than a file.</summary>
    public override bool WorthCaching => false;

    public override string NoVectorReason => "the model knows no word of the text";

    public override IReadOnlyDictionary<string, long> Counts => new Dictionary<string, long> { [LsaModel.WordCount] = words, [LsaModel.UnseenCount] = unseen };

    public override float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new float[texts.Count][];
        for (var index = 0; index < vectors.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = WordFeatures.Of(texts[index]);
            words += text.Words.Count;
            unseen += text.Words.Count(word => !components.Knows(word));
            vectors[index] = components.Project(text);
        }

        return vectors;
    }
}

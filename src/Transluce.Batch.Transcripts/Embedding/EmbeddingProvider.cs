namespace Transluce.Batch.Transcripts.Embedding;

/// <summary>Turns texts into vectors of length one. A text's vector depends on nothing but the text and what <see cref="Fingerprint"/> stands for.</summary>
public abstract class EmbeddingProvider
{
    /// <summary>SHA-256 of all that decides a vector: the folder of its cached vectors.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>The model's name, as its files or its service have it; null where it has none.</summary>
    public virtual string? Model => null;

    /// <summary>How the vectors of a text's parts become one, in a word; null where a service does it.</summary>
    public virtual string? Pooling => null;

    /// <summary>Put before every passage.</summary>
    public virtual string PassagePrompt => "";

    /// <summary>Put before every question.</summary>
    public virtual string QueryPrompt => "";

    /// <summary>Numbers in a vector; 0 where a service has not yet told.</summary>
    public abstract int Dimensions { get; }

    /// <summary>Whether a vector costs so much more than a file that it is worth keeping.</summary>
    public virtual bool WorthCaching => true;

    /// <summary>Texts to ask for at once: what is made in one go is lost where it fails.</summary>
    public virtual int TextsAtOnce => 256;

    /// <summary>What it means when a text gets an empty vector, in words.</summary>
    public abstract string NoVectorReason { get; }

    /// <summary>What the provider noticed about the texts so far, by name; depends on the texts alone.</summary>
    public virtual IReadOnlyDictionary<string, long> Counts => new Dictionary<string, long>();

    /// <summary>Vectors of passages, in order; an empty one for a text that cannot be embedded.</summary>
    public abstract float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken);

    /// <summary>Vectors of questions to be compared with passages: some models want another prompt before them.</summary>
    public virtual float[][] EmbedQueries(IReadOnlyList<string> queries, CancellationToken cancellationToken) => Embed(queries, cancellationToken);
}

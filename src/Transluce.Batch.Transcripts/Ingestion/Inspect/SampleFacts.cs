namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>What a sample says about itself apart from its conversations.</summary>
internal sealed class SampleFacts
{
    public string Id { get; set; } = "";

    public bool IdIsNumber { get; set; }

    /// <summary>Where the run has one.</summary>
    public string? Name { get; set; }

    /// <summary>Where the run itself says it, not the log.</summary>
    public string? Task { get; set; }

    /// <summary>Where the run itself says it, not the log.</summary>
    public string? Model { get; set; }

    public int Epoch { get; set; } = 1;

    public string? Uuid { get; set; }

    /// <summary>Unresolved; of a list of messages the texts of the user's.</summary>
    public IReadOnlyList<Message> Input { get; set; } = [];

    public string? TargetJson { get; set; }

    /// <summary>Scorer → value as compact JSON, in the log's order.</summary>
    public OrderedDictionary<string, string> Scores { get; } = new(StringComparer.Ordinal);

    /// <summary>Scorer → what it said beside the value, as compact JSON; only where that is something.</summary>
    public OrderedDictionary<string, string> ScoreDetails { get; } = new(StringComparer.Ordinal);

    public string? ErrorMessage { get; set; }

    public int ErrorRetries { get; set; }

    public string? LimitType { get; set; }

    public double? LimitValue { get; set; }

    public bool Invalidated { get; set; }

    public double? TotalSeconds { get; set; }

    public double? WorkingSeconds { get; set; }

    public string? StartedAt { get; set; }

    public string? CompletedAt { get; set; }

    public long InputTokens { get; set; }

    public long OutputTokens { get; set; }

    public long TotalTokens { get; set; }

    public double? Cost { get; set; }

    public string MetadataJson { get; set; } = "{}";

    public long EventCount { get; set; }
}

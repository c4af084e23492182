using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Transcripts.Questions;

/// <summary>A question asked of every suite.</summary>
public sealed record Question
{
    [Description("Name of the question in the tables.")]
    public required string Id { get; init; }

    [Description("The question, in plain words.")]
    public required string Text { get; init; }
}

/// <summary>How the suite is searched for the questions. How the defaults came about stands on the page of the room.</summary>
public sealed record QuestionOptions
{
    [Description("Runs kept per question, best first.")]
    [Range(1, 1_000_000)]
    public int Candidates { get; init; } = 50;

    [Description("Share of the dense score in the fused one; the rest is lexical.")]
    [Range(0.0, 1.0)]
    public double DenseShare { get; init; } = 0.5;

    [Description("Runs whose best chunks refine the question after a first search; 0: no refinement.")]
    [Range(0, 100)]
    public int FeedbackRuns { get; init; } = 3;

    [Description("Weight of those chunks beside the question.")]
    [Range(0.0, 10.0)]
    public double FeedbackWeight { get; init; } = 0.6;

    [Description("Chunks of a run that count for its rank, the best first.")]
    [Range(1, 100)]
    public int ChunksPerRun { get; init; } = 3;

    [Description("Weight of each of these chunks beside the one before it.")]
    [Range(0.0, 1.0)]
    public double NextChunkWeight { get; init; } = 0.9;

    internal JsonObject ToJson() => new()
    {
        ["candidates"] = Candidates,
        ["denseShare"] = DenseShare,
        ["feedbackRuns"] = FeedbackRuns,
        ["feedbackWeight"] = FeedbackWeight,
        ["chunksPerRun"] = ChunksPerRun,
        ["nextChunkWeight"] = NextChunkWeight,
    };
}

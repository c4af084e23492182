using System.ComponentModel;

namespace Transluce.Batch.Transcripts.Questions;

/// <summary>How the suite is searched for the questions. The defaults were fixed on synthetic suites of our own.</summary>
public sealed record QuestionOptions
{
    [Description("Runs kept per question, best first.")]
    public int Candidates { get; init; } = 50;

    [Description("Share of the dense score in the fused one; the rest is lexical.")]
    public double DenseShare { get; init; } = 0.7;

    [Description("Runs whose best chunks refine the question after a first search; 0: no refinement.")]
    public int FeedbackRuns { get; init; } = 3;

    [Description("Weight of those chunks beside the question.")]
    public double FeedbackWeight { get; init; } = 0.6;

    [Description("Chunks of a run that count for its rank, the best first.")]
    public int ChunksPerRun { get; init; } = 3;

    [Description("Weight of each of these chunks beside the one before it.")]
    public double NextChunkWeight { get; init; } = 0.7;
}

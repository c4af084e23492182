namespace Transluce.Batch.Transcripts.Questions;

/// <summary>A chunk as the search sees it.</summary>
/// <param name="AgentRunId">The run.</param>
/// <param name="ChunkId">The chunk.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="StartBlock">First block.</param>
/// <param name="EndBlock">Last block, inclusive.</param>
/// <param name="Text">What was embedded.</param>
/// <param name="Vector">Of length one, or empty where it could not be embedded.</param>
/// <param name="Terms">Structural terms, one as often as it holds; see <see cref="StructuralTerms"/>.</param>
public sealed record SearchChunk(
    string AgentRunId,
    string ChunkId,
    int TranscriptOrdinal,
    int StartBlock,
    int EndBlock,
    string Text,
    float[] Vector,
    IReadOnlyList<string> Terms);

/// <summary>A question asked of the suite, its words and its vector.</summary>
public sealed record SearchQuestion(string Id, string Text, float[] Vector)
{
    public IReadOnlyList<string> Words { get; } = SearchWords.OfQuestion(Text);

    public IReadOnlyList<string> Terms { get; } = StructuralTerms.OfQuestion(Text);
}

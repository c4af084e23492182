namespace Transluce.Batch.Artifacts;

/// <summary>What a cluster is about.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Method"><c>ctfidf</c> (keywords) or <c>llm</c>.</param>
/// <param name="Name">A few words.</param>
/// <param name="Description">A sentence or more with citations in Docent's grammar; hostile text.</param>
/// <param name="Keywords">Best first.</param>
/// <param name="Model">The chat model, or null.</param>
/// <param name="PromptSha256">Of the prompt, or null.</param>
/// <param name="CitedRuns">Agent run ids; R of a citation is an index into it.</param>
/// <param name="MergedInto">The larger cluster that the chat model takes for the same thing, or -1; readers fold the two, see <see cref="MergedClusterRow"/>.</param>
/// <param name="InsideIds">Members its name was made from.</param>
/// <param name="OutsideIds">Items outside it was set against; none where no chat model was asked.</param>
/// <param name="FailureReason">Why there is no name, or null.</param>
[Table("cluster_labels", 2)]
public sealed record ClusterLabelRow(
    [property: Key] int ClusterId,
    [property: Key] string Method,
    string Name,
    string Description,
    string[] Keywords,
    string? Model,
    string? PromptSha256,
    string[] CitedRuns,
    int MergedInto,
    string[] InsideIds,
    string[] OutsideIds,
    string? FailureReason);

/// <summary>A cluster with those folded into it. The clustering itself keeps them apart, so that a baseline's ids persist; the shares of the whole stand in <see cref="MergedClusterStatisticsRow"/>.</summary>
/// <param name="ClusterId">The cluster that stands for all.</param>
/// <param name="Parts">Its own id and those folded into it, ascending.</param>
/// <param name="Items">Members of all.</param>
/// <param name="Runs">Distinct runs among them.</param>
[Table("merged_clusters", 1)]
public sealed record MergedClusterRow(
    [property: Key] int ClusterId,
    int[] Parts,
    int Items,
    int Runs);

/// <summary>How a cluster with those folded into it is shared out; columns as in <see cref="ClusterStatisticsRow"/>.</summary>
[Table("merged_cluster_stats", 1)]
public sealed record MergedClusterStatisticsRow(
    [property: Key] int ClusterId,
    [property: Key] string Attribute,
    [property: Key] string Value,
    int Runs,
    int RunsInAll,
    double Share,
    double? Lift,
    double? LiftLow,
    double? LiftHigh)
{
    public MergedClusterStatisticsRow(ClusterStatisticsRow row)
        : this(row.ClusterId, row.Attribute, row.Value, row.Runs, row.RunsInAll, row.Share, row.Lift, row.LiftLow, row.LiftHigh)
    {
    }

    /// <summary>As a row of the cluster it stands for.</summary>
    public ClusterStatisticsRow ToClusterStatistics() => new(ClusterId, Attribute, Value, Runs, RunsInAll, Share, Lift, LiftLow, LiftHigh);
}

/// <summary>A chat model's answer whether a member belongs to its cluster.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="ItemId">The member.</param>
/// <param name="Decision">Whether it belongs; null where the model gave no answer.</param>
/// <param name="Reason">The model's reason, or why there is none. Hostile text.</param>
/// <param name="Model">The chat model.</param>
/// <param name="PromptSha256">Of the prompt.</param>
[Table("member_checks", 1)]
public sealed record MemberCheckRow(
    [property: Key] int ClusterId,
    [property: Key] string ItemId,
    bool? Decision,
    string Reason,
    string Model,
    string PromptSha256);

/// <summary>One citation of a text of ours, checked against the transcript.</summary>
/// <param name="OwnerType"><c>cluster_label</c>, <c>question_match</c> or <c>surprise</c>.</param>
/// <param name="OwnerId">Which of them.</param>
/// <param name="CitationIndex">Place within the text.</param>
/// <param name="Start">Offset of the citation in the text, UTF-16 units.</param>
/// <param name="End">Behind it.</param>
/// <param name="AgentRunId">The run cited.</param>
/// <param name="TranscriptOrdinal">T.</param>
/// <param name="BlockIndex">B.</param>
/// <param name="BlockId">The block, or null where there is none.</param>
/// <param name="Quote">The exact words claimed, or null.</param>
/// <param name="MatchStart">Where they stand in the rendered block, or null.</param>
/// <param name="MatchEnd">Behind them.</param>
/// <param name="Valid">Whether the block exists and holds the quote.</param>
[Table("citations", 1)]
public sealed record CitationRow(
    [property: Key] string OwnerType,
    [property: Key] string OwnerId,
    [property: Key] int CitationIndex,
    int Start,
    int End,
    string AgentRunId,
    int TranscriptOrdinal,
    int BlockIndex,
    string? BlockId,
    string? Quote,
    int? MatchStart,
    int? MatchEnd,
    bool Valid);

/// <summary>A passage that may answer a question asked of the suite.</summary>
/// <param name="QuestionId">The question's name in the configuration.</param>
/// <param name="Rank">0 is the best.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="ChunkId">The passage.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="StartBlock">First block of the passage.</param>
/// <param name="Dense">Cosine of question and passage.</param>
/// <param name="Lexical">Score of the words they share.</param>
/// <param name="Fused">By which they are ranked.</param>
/// <param name="Passage">The part of the chunk that matched best. Hostile text.</param>
/// <param name="PassageStart">Its offset in the chunk's text.</param>
[Table("question_candidates", 1)]
public sealed record QuestionCandidateRow(
    [property: Key] string QuestionId,
    [property: Key] int Rank,
    string AgentRunId,
    string ChunkId,
    int TranscriptOrdinal,
    int StartBlock,
    double Dense,
    double Lexical,
    double Fused,
    string Passage,
    int PassageStart);

/// <summary>Something unusual that nobody asked for.</summary>
/// <param name="Rank">0 is the most surprising.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="Kind"><c>far</c>, <c>failing-call</c>, <c>empty-result</c>, <c>repeated-call</c> or <c>change</c>.</param>
/// <param name="Score">By which they are ranked.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="BlockIndex">Where it is.</param>
/// <param name="Start">Offset in the block's text.</param>
/// <param name="Length">Units.</param>
/// <param name="Reason">In words. Hostile text.</param>
[Table("surprises", 1)]
public sealed record SurpriseRow(
    [property: Key] int Rank,
    string AgentRunId,
    string Kind,
    double Score,
    int TranscriptOrdinal,
    int BlockIndex,
    int Start,
    int Length,
    string Reason);

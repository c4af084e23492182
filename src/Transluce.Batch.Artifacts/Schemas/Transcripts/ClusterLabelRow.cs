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
    int Items,
    int Runs,
    int RunsInAll,
    double Share,
    double? Lift,
    double? LiftLow,
    double? LiftHigh,
    double? MeanScore)
{
    public MergedClusterStatisticsRow(ClusterStatisticsRow row)
        : this(row.ClusterId, row.Attribute, row.Value, row.Items, row.Runs, row.RunsInAll, row.Share, row.Lift, row.LiftLow, row.LiftHigh, row.MeanScore)
    {
    }

    /// <summary>As a row of the cluster it stands for.</summary>
    public ClusterStatisticsRow ToClusterStatistics() => new(ClusterId, Attribute, Value, Items, Runs, RunsInAll, Share, Lift, LiftLow, LiftHigh, MeanScore);
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
/// <param name="OwnerType"><c>cluster_label</c>; those of matches are in <see cref="QuestionCitationRow"/>.</param>
/// <param name="OwnerId">Cluster id and method of the label, as in <c>7/llm</c>.</param>
/// <param name="CitationIndex">Place within the text.</param>
/// <param name="Start">Offset of the citation in the text, UTF-16 units.</param>
/// <param name="End">Behind it.</param>
/// <param name="AgentRunId">The run cited; empty where the text cites no such run.</param>
/// <param name="TranscriptOrdinal">T, or -1 where the run itself is cited.</param>
/// <param name="TranscriptId">The transcript, or null where there is none.</param>
/// <param name="BlockIndex">B, or -1 where no block is cited.</param>
/// <param name="BlockId">The block, or null where there is none.</param>
/// <param name="MetadataKey">M: the key cited of the metadata of the run, transcript or message; null where what was said is cited.</param>
/// <param name="Quote">The exact words claimed, or null.</param>
/// <param name="MatchStart">Where they stand in the rendered block, or in the key's value, or null.</param>
/// <param name="MatchEnd">Behind them.</param>
/// <param name="Valid">Whether what is cited exists and holds the quote.</param>
[Table("citations", 2)]
public sealed record CitationRow(
    [property: Key] string OwnerType,
    [property: Key] string OwnerId,
    [property: Key] int CitationIndex,
    int Start,
    int End,
    string AgentRunId,
    int TranscriptOrdinal,
    string? TranscriptId,
    int BlockIndex,
    string? BlockId,
    string? MetadataKey,
    string? Quote,
    int? MatchStart,
    int? MatchEnd,
    bool Valid);

/// <summary>A passage that may answer a question asked of the suite.</summary>
/// <param name="QuestionId">The question's name in the configuration.</param>
/// <param name="Rank">0 is the best.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="ChunkId">The chunk.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="StartBlock">First block of the chunk.</param>
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
/// <param name="BlockId">The same block by its id.</param>
/// <param name="Start">Offset in the block's text, UTF-16 units.</param>
/// <param name="Length">Units; 0 where the block as a whole is meant, or its error.</param>
/// <param name="Reason">In words. Hostile text.</param>
[Table("surprises", 2)]
public sealed record SurpriseRow(
    [property: Key] int Rank,
    string AgentRunId,
    string Kind,
    double Score,
    int TranscriptOrdinal,
    int BlockIndex,
    string BlockId,
    int Start,
    int Length,
    string Reason);

namespace Transluce.Batch.Artifacts;

/// <summary>A chat model's answer to a question about one run that retrieval had found.</summary>
/// <param name="QuestionId">The question's name in the configuration.</param>
/// <param name="Rank">Of the candidate.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="Decision">Whether the run is a match; null where the model gave no answer that could be read.</param>
/// <param name="Reason">With citations in Docent's grammar, checked in <see cref="QuestionCitationRow"/>; or why there is none. Hostile text.</param>
/// <param name="MatchGroup">Matches of a question that are about the same have the same number, 0 for the largest group; -1 where there is no match or nothing to compare.</param>
/// <param name="Judge">The chat model.</param>
/// <param name="PromptSha256">Of what was asked.</param>
[Table("question_matches", 1)]
public sealed record QuestionMatchRow(
    [property: Key] string QuestionId,
    [property: Key] int Rank,
    string AgentRunId,
    bool? Decision,
    string Reason,
    int MatchGroup,
    string Judge,
    string PromptSha256);

/// <summary>One citation of a match's reason, checked against the transcript.</summary>
/// <param name="QuestionId">The question.</param>
/// <param name="Rank">Of the candidate.</param>
/// <param name="CitationIndex">Place within the reason.</param>
/// <param name="Start">Offset of the citation in the reason, UTF-16 units.</param>
/// <param name="End">Behind it.</param>
/// <param name="AgentRunId">The run; empty where the reason cites another one.</param>
/// <param name="TranscriptOrdinal">T, or -1 where the run itself is cited.</param>
/// <param name="TranscriptId">The transcript, or null where there is none.</param>
/// <param name="BlockIndex">B, or -1 where no block is cited.</param>
/// <param name="BlockId">The block, or null where there is none.</param>
/// <param name="MetadataKey">M: the key cited of the metadata of the run, transcript or message; null where what was said is cited.</param>
/// <param name="Quote">The exact words claimed, or null.</param>
/// <param name="MatchStart">Where they stand in the rendered block, or in the key's value, or null.</param>
/// <param name="MatchEnd">Behind them.</param>
/// <param name="Valid">Whether what is cited exists and holds the quote.</param>
[Table("question_citations", 2)]
public sealed record QuestionCitationRow(
    [property: Key] string QuestionId,
    [property: Key] int Rank,
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

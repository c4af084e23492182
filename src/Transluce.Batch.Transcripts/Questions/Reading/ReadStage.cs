using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Embedding;
using Transluce.Batch.Transcripts.Labelling;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Transcripts.Questions;

/// <summary>Has a chat model read what retrieval left of the suite: per candidate a decision and a reason with citations, which are checked; then the matches are grouped.</summary>
/// <param name="partitions">The logs of the suite.</param>
/// <param name="resolve">Picks one copy of each sample.</param>
/// <param name="find">Writes the candidates.</param>
/// <param name="model">Embeds the reasons, to group them.</param>
/// <param name="questions">As asked of <paramref name="find"/>.</param>
/// <param name="chat">The chat model.</param>
/// <param name="candidates">Candidates read per question, best first.</param>
public sealed class ReadStage(
    IReadOnlyList<SuitePartition> partitions, Stage resolve, Stage find, EmbeddingModel model, IReadOnlyList<Question> questions, ChatOptions chat, int candidates) : Stage
{
    private const string Instructions =
        $$"""
        You read a part of what a software agent did while working on a task, and answer one question about it. Judge only what is shown.
        {{Excerpt.Warning}}
        Answer with one JSON object and nothing else: {"match": true, "reason": "..."}.
        match: whether what the question asks about is there. reason: one or two sentences. Where it is, support them with one to three citations, each copied from the
        bracket above the block, with the exact words: [T0B5:<RANGE>exact words</RANGE>].
        """;

    private readonly IReadOnlyList<SuitePartition> ordered = SuitePartition.InOrder(partitions);

    public override string Name => "read";

    public override int Version => 3;

    public override IReadOnlyList<Type> Tables => [typeof(QuestionMatchRow), typeof(QuestionCitationRow)];

    public override IReadOnlyList<StageInput> Inputs => [.. ordered.Select(partition => new StageInput(partition.Ingest)), new(resolve), new(find), .. model.Inputs];

    public override JsonObject Options => new()
    {
        ["questions"] = new JsonArray([.. questions.Select(q => (JsonNode)new JsonObject { ["id"] = q.Id, ["text"] = q.Text })]),
        ["chat"] = chat.ToJson(),
        ["candidates"] = candidates,
        ["rendering"] = BlockRendering.Version,
        ["embedding"] = model.ToJson(),
    };

    public override IReadOnlyDictionary<string, string> Fingerprints => model.Fingerprints;

    public override JsonObject? Numerics => model.Numerics;

    public override int ShardCount => 1;

    public override StageEstimate Estimate() => new(ForwardTokens: 0, Bytes: 0, Seconds: questions.Count * (double)candidates);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var places = shard.Input(resolve).Read<SampleProvenanceRow>().Where(row => row.Picked).ToDictionary(row => row.AgentRunId, row => (row.Partition, row.RunOrdinal));
        var texts = questions.ToDictionary(question => question.Id, question => question.Text);
        using var judge = new ChatModel(chat, shard.Cache);
        var vectors = new CachedVectors(model.Open(shard), shard);
        var total = questions.Count * (long)candidates;
        var done = 0L;
        foreach (var question in shard.Input(find).Read<QuestionCandidateRow>().Where(row => row.Rank < candidates).GroupBy(row => row.QuestionId))
        {
            var matches = new List<QuestionMatchRow>();
            foreach (var candidate in question)
            {
                // One candidate at a time: the blocks of all together may be large.
                var (partition, run) = places[candidate.AgentRunId];
                var blocks = CitedBlocks.Read(shard, ordered, [new(partition, run, candidate.TranscriptOrdinal, Math.Max(0, candidate.StartBlock - RunExcerpt.Reach), candidate.StartBlock + RunExcerpt.Reach)]);
                var match = Match(judge, candidate, texts[question.Key], blocks, cancellationToken);
                matches.Add(match);
                WriteCitations(shard, match, blocks);
                shard.Count(match.Decision switch { true => "matches", false => "no matches", null => "answers that could not be read" }, 1);
                shard.Progress(++done, total, "candidates");
            }

            foreach (var match in MatchGroups.Number(matches, vectors, cancellationToken))
            {
                shard.Table<QuestionMatchRow>().Write(match);
            }
        }
    }

    private static QuestionMatchRow Match(ChatModel judge, QuestionCandidateRow candidate, string question, CitedBlocks blocks, CancellationToken cancellationToken)
    {
        var answer = judge.Ask(Instructions, $"QUESTION\n{question}\n\nWHAT THE AGENT DID\n{RunExcerpt.Of(candidate, blocks)}", "match", cancellationToken);
        var decision = answer.Value is { } value ? ChatJson.Truth(value, "match") : null;
        var reason = decision is null ? answer.FailureReason ?? "'match' in the model's answer is neither true nor false" : ChatJson.Text(answer.Value!.Value, "reason") ?? "";
        return new QuestionMatchRow(candidate.QuestionId, candidate.Rank, candidate.AgentRunId, decision, reason, MatchGroup: -1, judge.Name, answer.PromptSha256);
    }

    private static void WriteCitations(ShardContext shard, QuestionMatchRow match, CitedBlocks blocks)
    {
        foreach (var citation in CitationCheck.Check("question_match", match.QuestionId, match.Decision is null ? "" : match.Reason, [match.AgentRunId], blocks))
        {
            shard.Table<QuestionCitationRow>().Write(new QuestionCitationRow(
                match.QuestionId, match.Rank, citation.CitationIndex, citation.Start, citation.End, citation.AgentRunId, citation.TranscriptOrdinal, citation.TranscriptId,
                citation.BlockIndex, citation.BlockId, citation.MetadataKey, citation.Quote, citation.MatchStart, citation.MatchEnd, citation.Valid));
            shard.Count(citation.Valid ? "citations" : "citations that do not hold", 1);
        }
    }
}

using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Embedding;
using Transluce.Batch.Transcripts.Resolving;
using Transluce.Batch.Transcripts.Suites;

namespace Transluce.Batch.Transcripts.Questions;

/// <summary>Narrows the suite to the runs that may answer each question: ranked candidates with the passage that matched. No chat model is asked.</summary>
/// <param name="partitions">The logs of the suite.</param>
/// <param name="resolve">Picks one copy of each sample.</param>
/// <param name="model">The model the chunks were embedded with.</param>
/// <param name="questions">What is asked.</param>
/// <param name="options">How it is searched for.</param>
public sealed class QuestionStage(IReadOnlyList<SuitePartition> partitions, Stage resolve, EmbeddingModel model, IReadOnlyList<Question> questions, QuestionOptions options) : Stage
{
    public override string Name => "find";

    public override int Version => 2;

    public override IReadOnlyList<Type> Tables => [typeof(QuestionCandidateRow)];

    public override IReadOnlyList<StageInput> Inputs => [.. SuiteReader.Inputs(partitions, resolve), .. model.Inputs];

    public override JsonObject Options => new()
    {
        ["questions"] = new JsonArray([.. questions.Select(q => (JsonNode)new JsonObject { ["id"] = q.Id, ["text"] = q.Text })]),
        ["search"] = options.ToJson(),
        ["embedding"] = model.ToJson(),
    };

    public override IReadOnlyDictionary<string, string> Fingerprints => model.Fingerprints;

    public override JsonObject? Numerics => model.Numerics;

    /// <summary>One: rarity of words and spread of scores are those of the whole suite.</summary>
    public override int ShardCount => 1;

    public override bool UsesAllCores => model.UsesAllCores;

    public override StageEstimate Estimate() => SuiteEstimate.Of(partitions.Select(partition => partition.Chunk), 20, 4_000);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var table = shard.Table<QuestionCandidateRow>();
        if (questions.Count == 0)
        {
            return;
        }

        var reader = new SuiteReader(shard, partitions, resolve);
        var vectors = new CachedVectors(model.Open(shard), shard).OfQueries([.. questions.Select(q => q.Text)], cancellationToken);
        var asked = questions.Select((q, i) => new SearchQuestion(q.Id, q.Text, vectors[i])).ToArray();
        foreach (var question in asked.Where(q => q.Vector.Length == 0))
        {
            shard.Warn($"Question '{question.Id}' has no vector, so only its words are searched for: ask it in other words.");
        }

        var statistics = new LexicalStatistics(asked);
        var found = new QuestionSearch(options).Search(asked, statistics, SearchChunks(reader, cancellationToken), () => reader.Chunks().Select(chunk => chunk.Vector));
        var texts = Texts(reader, found);
        foreach (var (question, hits) in asked.Zip(found).OrderBy(pair => pair.First.Id, StringComparer.Ordinal))
        {
            shard.Count("candidates", hits.Count);
            foreach (var (hit, rank) in hits.Select((hit, rank) => (hit, rank)))
            {
                var chunk = texts[hit.Chunk];
                var (start, length) = BestPassage.Of(chunk.Text, question.Words, statistics.Rarity);
                table.Write(new QuestionCandidateRow(question.Id, rank, chunk.AgentRunId, chunk.ChunkId, chunk.TranscriptOrdinal, chunk.StartBlock,
                    hit.Dense, hit.Lexical, hit.Fused, chunk.Text.Substring(start, length), start));
            }
        }
    }

    private static IEnumerable<SearchChunk> SearchChunks(SuiteReader reader, CancellationToken cancellationToken)
    {
        foreach (var run in reader.Runs())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var calls = run.Calls.ToLookup(call => call.TranscriptOrdinal);
            foreach (var (row, vector, _, _, _) in run.Chunks)
            {
                var own = calls[row.TranscriptOrdinal].Where(call => call.BlockIndex >= row.StartBlock && call.BlockIndex <= row.EndBlock);
                yield return new SearchChunk(row.AgentRunId, row.ChunkId, row.TranscriptOrdinal, row.StartBlock, row.EndBlock, row.Text, vector, StructuralTerms.OfCalls(own));
            }
        }
    }

    /// <summary>The chunks found: only now, since the texts of all chunks would not fit.</summary>
    private static Dictionary<int, ChunkRow> Texts(SuiteReader reader, IReadOnlyList<IReadOnlyList<QuestionHit>> found)
    {
        var wanted = found.SelectMany(hits => hits.Select(hit => hit.Chunk)).ToHashSet();
        return reader.Chunks().Select((chunk, ordinal) => (chunk.Row, ordinal)).Where(pair => wanted.Contains(pair.ordinal)).ToDictionary(pair => pair.ordinal, pair => pair.Row);
    }
}

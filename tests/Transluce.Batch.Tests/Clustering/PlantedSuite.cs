using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Tests.Clustering;

/// <summary>A suite of logs whose chunks lie around planted directions: run r of log l has six turns, most of them of topic r mod topics.</summary>
internal sealed class PlantedSuite
{
    public const int Dimensions = 32;
    public const int Turns = 6;

    private readonly SuiteShard shard;
    private readonly VectorTable directions = PlantedVectors.Draw(40, Dimensions, 40, noise: 0, seed: 77).Vectors;

    public PlantedSuite(SuiteShard shard) => this.shard = shard;

    public Dictionary<string, int> TopicOfItem { get; } = [];

    public IReadOnlyList<SuitePartition> Partitions { get; private set; } = [];

    public Stage Resolve { get; private set; } = null!;

    /// <param name="logs">Log ids; runs and chunks of a log depend on its id alone.</param>
    /// <param name="runs">Runs a log.</param>
    /// <param name="topics">Topics of the suite, from the first of 40 directions.</param>
    /// <param name="firstTopic">The first of them.</param>
    public PlantedSuite Add(IEnumerable<string> logs, int runs, int topics, int firstTopic = 0)
    {
        Partitions = SuitePartition.InOrder([.. Partitions, .. logs.Select(log => Partition(log, runs, topics, firstTopic))]);
        shard.Run(new ResolveStage(Partitions));
        Resolve = shard.Given(new GivenRowsStage("resolve", GivenRowsStage.Rows(shard.Rows<SampleProvenanceRow>())));
        return this;
    }

    /// <summary>The topic that lies furthest from the first ones.</summary>
    public int FarFrom(int topics)
        => Enumerable.Range(topics, directions.Rows - topics).MinBy(other => Enumerable.Range(0, topics).Max(topic => FixedDot.Double(directions[topic], directions[other])));

    /// <summary>A word that only this topic's chunks hold.</summary>
    public static string Word(int topic) => $"zor{(char)('a' + (topic / 26))}{(char)('a' + (topic % 26))}";

    private static string Text(int topic, int run, int turn) => $"I look at the files of number {run}.\nThe {Word(topic)}  tool failed\tin turn {turn}.\nDone.";

    private SuitePartition Partition(string log, int runs, int topics, int firstTopic)
    {
        var rows = new List<AgentRunRow>();
        var chunks = new List<ChunkRow>();
        var embeddings = new List<EmbeddingRow>();
        var blocks = new List<BlockRow>();
        var draws = new SeededDraws(5, log);
        for (var run = 0; run < runs; run++)
        {
            var id = $"{log}-{run:00}";
            var topic = firstTopic + (run % topics);
            rows.Add(TranscriptRows.Run(run, id, log, "task", log, score: run % topics == 0 ? 1 : 0, sample: $"s{run}") with { LimitType = run % topics == 1 ? "message" : null });
            for (var turn = -1; turn < Turns; turn++)
            {
                var chunk = $"{id}-{turn + 1}";
                TopicOfItem[chunk] = topic;
                chunks.Add(new ChunkRow(run, 0, turn + 1, chunk, id, id, turn < 0 ? "user" : "turn", turn + 1, turn + 1, Text(topic, run, turn), "sha", Elided: false));
                blocks.Add(TranscriptRows.Block(run, turn + 1, id, turn < 0 ? "user" : "assistant", Text(topic, run, turn)));
                embeddings.Add(new EmbeddingRow(run, 0, turn + 1, chunk, "sha", turn == 3 && run == 1 ? [] : Vector(topic, ref draws), turn == 3 && run == 1 ? "too strange" : null));
            }
        }

        return new SuitePartition(
            log,
            shard.Given(TranscriptRows.Log(
                log, "success", rows, GivenRowsStage.Rows(rows.Select(row => TranscriptRows.Transcript(row.RunOrdinal, row.AgentRunId)).ToList()), GivenRowsStage.Rows(blocks), GivenRowsStage.Rows<ToolCallRow>([]))),
            shard.Given(new GivenRowsStage("chunk", GivenRowsStage.Rows(chunks))),
            shard.Given(new GivenRowsStage("embed", GivenRowsStage.Rows<EmbeddingModelRow>([TranscriptRows.EmbeddingModel]), GivenRowsStage.Rows(embeddings))));
    }

    private float[] Vector(int topic, ref SeededDraws draws)
    {
        var values = directions[topic].ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += (float)((draws.NextDouble() - 0.5) * 0.35);
        }

        VectorTable.Normalise(values);
        return values;
    }
}

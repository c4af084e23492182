using System.Security.Cryptography;
using System.Text;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Chunking;

namespace Transluce.Batch.Tests.Chunking;

/// <summary>Chunks of given blocks, made by the stage in a store of its own.</summary>
internal sealed class ChunkRun
{
    public ChunkRun(IReadOnlyList<BlockRow> blocks, ChunkOptions? options = null, IReadOnlyList<ToolCallRow>? calls = null, IReadOnlyList<LargeTextRow>? large = null)
    {
        using var folder = new TemporaryFolder();
        using var store = new FileSystemStore(folder.File("store"));
        var ingest = new GivenBlocksStage(blocks, calls ?? [], large ?? []);
        var graph = new PipelineGraph([ingest, new ChunkStage(ingest, options ?? new ChunkOptions())]);
        var plan = RunPlan.Create("chunks", [], graph, TimeProvider.System);
        var record = new InProcessExecutor(store, graph, plan, 1, new SilentObserver(), TimeProvider.System).Run(CancellationToken.None);
        Assert.True(record.Status == RunStatus.Succeeded, string.Join('\n', record.Stages.SelectMany(s => s.Failures.Select(f => f.Reason))));
        var artifact = new ArtifactReader(store, "chunk", plan["chunk"].Key);
        Chunks = [.. artifact.Read<ChunkRow>()];
        Spans = artifact.Read<ChunkSpanRow>().ToLookup(s => (s.RunOrdinal, s.TranscriptOrdinal, s.ChunkIndex));
    }

    public IReadOnlyList<ChunkRow> Chunks { get; }

    public ILookup<(int Run, int Transcript, int Chunk), ChunkSpanRow> Spans { get; }

    public IEnumerable<ChunkSpanRow> SpansOf(ChunkRow chunk) => Spans[(chunk.RunOrdinal, chunk.TranscriptOrdinal, chunk.ChunkIndex)];

    /// <summary>A block as ingest writes it.</summary>
    public static BlockRow Block(int index, string role, string text, string? error = null, string? reasoning = null, string? other = null, int run = 0, int transcript = 0) => new(
        run, transcript, index, $"block-{run}-{transcript}-{index}", $"transcript-{run}-{transcript}", $"run-{run}", 0, null, role, null, null, null, text, reasoning, other,
        role == "tool" ? "bash" : null, null, error is null ? null : "unknown", error, null, text.Length, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), RenderedSha256: "", []);

    public static ToolCallRow Call(int block, int call, string arguments)
        => new(0, 0, block, call, $"block-0-0-{block}", $"call-{call}", "bash", arguments, null, "function", null, null);
}

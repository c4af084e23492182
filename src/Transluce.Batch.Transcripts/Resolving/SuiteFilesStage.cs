using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Resolving;

/// <summary>A file of a suite's folder.</summary>
/// <param name="LogId">SHA-256 of the file.</param>
/// <param name="Names">Where copies of it lie below the folder. Hostile text.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Ingest">Reads it; null where it is no log.</param>
public sealed record SuiteFile(string LogId, IReadOnlyList<string> Names, long Bytes, Stage? Ingest);

/// <summary>
/// Writes which files a suite consists of. Apart from <see cref="ResolveStage"/>, because it alone depends on names: a renamed file redoes
/// this table and nothing else.
/// </summary>
/// <param name="files">What can be read.</param>
/// <param name="unreadable">What cannot.</param>
public sealed class SuiteFilesStage(IReadOnlyList<SuiteFile> files, IReadOnlyList<UnreadableFile> unreadable) : Stage
{
    // Logs first, so that their numbers are those of the partitions.
    private readonly IReadOnlyList<SuiteFile> ordered = InOrder(files);

    public override string Name => "suite-files";

    public override int Version => 2;

    public override IReadOnlyList<Type> Tables => [typeof(SuiteFileRow)];

    public override IReadOnlyList<StageInput> Inputs { get; } = [.. InOrder(files).Where(file => file.Ingest is not null).Select(file => new StageInput(file.Ingest!))];

    public override JsonObject Options => new()
    {
        ["files"] = new JsonArray([.. ordered.Select(file => new JsonObject
        {
            ["log"] = file.LogId,
            ["names"] = new JsonArray([.. Names(file).Select(name => JsonValue.Create(name))]),
            ["bytes"] = file.Bytes,
        })]),
        ["unreadable"] = new JsonArray([.. unreadable.Select(file => new JsonObject { ["name"] = file.Name, ["reason"] = file.Reason })]),
    };

    public override int ShardCount => 1;

    public override StageEstimate Estimate() => new(ForwardTokens: 0, Bytes: 0, Seconds: 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        for (var number = 0; number < ordered.Count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = ordered[number];
            var log = file.Ingest is null ? null : shard.Input(file.Ingest).Read<EvalLogRow>().FirstOrDefault();
            var format = file.Ingest is null ? "not-a-log" : log?.Format ?? "unreadable";
            shard.Table<SuiteFileRow>().Write(new SuiteFileRow(number, file.LogId, [.. Names(file)], file.Bytes, format, log?.SamplesRead ?? 0, Reason: null));
            shard.Count(file.Ingest is null ? "files that are no logs" : "logs", 1);
        }

        WriteUnreadable(shard);
    }

    private void WriteUnreadable(ShardContext shard)
    {
        foreach (var (file, i) in unreadable.Select((file, i) => (file, i)))
        {
            shard.Table<SuiteFileRow>().Write(new SuiteFileRow(ordered.Count + i, LogId: "", [file.Name], Bytes: 0, "unreadable", Runs: 0, file.Reason));
            shard.Count("files that cannot be read", 1);
        }

        if (unreadable.Count > 0)
        {
            shard.Warn($"Left out because it cannot be read: {UnreadableFile.Listed(unreadable)}.");
        }
    }

    private static IReadOnlyList<SuiteFile> InOrder(IReadOnlyList<SuiteFile> files)
        => [.. files.OrderBy(file => file.Ingest is null).ThenBy(file => file.LogId, StringComparer.Ordinal)];

    private static IEnumerable<string> Names(SuiteFile file) => file.Names.Order(StringComparer.Ordinal);
}

using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Ingestion;

namespace Transluce.Batch.IntegrationTests.Ingestion;

/// <summary>Logs of every container, damaged at random: each sample the directory announces is read or quarantined, and nothing crashes or hangs.</summary>
public sealed class LogMutationTests
{
    private const int Mutations = 2000;

    private static readonly string[] Logs =
    [
        "generated/tool-agent.eval", "generated/reencoded/deflate.eval", "generated/reencoded/stored.eval", "generated/reencoded/zip64.eval",
        "generated/reencoded/descriptors.eval", "generated/reencoded/zstd-many-frames.eval", "generated/reencoded/mixed-methods.eval",
        "generated/chunked/media.eval", "generated/chunked/tool-agent.eval", "generated/multi-agent.eval", "generated/special-scores.eval", "generated/killed.eval",
        "log_streaming.eval", "log_message_deduplication.eval", "generated/media.json", "log_images_tc.json", "log_read_sample.json", "log_tool_call_error.json",
        "tau-bench-airline.json", "generated/retry/retried-ok.eval",
    ];

    [Fact]
    public void Every_sample_of_2000_damaged_logs_is_read_or_quarantined()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("log");
        var sources = Logs.Select(log => File.ReadAllBytes(SharedData.Require("data/eval-logs/" + log))).ToList();
        var declared = sources.Select(source => Count(path, source)).ToList();
        var rejected = 0L;
        for (var seed = 0; seed < Mutations; seed++)
        {
            var which = seed % Logs.Length;
            var (bytes, intact, what) = LogMutation.Apply(sources[which], seed);
            File.WriteAllBytes(path, bytes);
            var (counts, runs, quarantine) = IngestRun.CountsOf(path);
            var (samples, read, lost) = (counts["samples"], counts["read"], counts["quarantined"]);
            var message = $"{Logs[which]}, seed {seed}, {what}: {samples} samples, {read} read, {lost} quarantined";
            Assert.True(samples == read + lost && runs == read && quarantine >= lost, message);
            Assert.True(!intact || !Logs[which].EndsWith(".eval", StringComparison.Ordinal) || samples == declared[which], message);
            rejected += quarantine;
        }

        Assert.InRange(rejected, Mutations / 3, long.MaxValue);
    }

    private static long Count(string path, byte[] source)
    {
        File.WriteAllBytes(path, source);
        return IngestRun.CountsOf(path).Counts["samples"];
    }
}

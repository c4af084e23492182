using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Logs that are damaged, of a later format, or no logs.</summary>
public sealed class DamagedLogTests
{
    [Fact]
    public void A_sample_whose_json_is_cut_is_quarantined_and_the_others_are_those_of_the_sound_log()
    {
        var sound = Ingest("generated/tool-agent.eval");
        var run = Ingest("generated/damaged/bad-json.eval");

        var row = Assert.Single(run.Quarantine);
        Assert.Equal(("samples/agent-5_epoch_1.json", "json", true), (row.Entry, row.Kind, row.IsSample));
        Assert.Equal((7, 6, 1), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
        Assert.Equal(sound.Blocks.Where(block => Sample(sound, block) != "agent-5").Select(block => block.BlockId), run.Blocks.Select(block => block.BlockId));
    }

    [Fact]
    public void A_sample_whose_checksum_is_wrong_is_quarantined()
    {
        var row = Assert.Single(Ingest("generated/damaged/bad-crc.eval").Quarantine);

        Assert.Equal(("samples/agent-5_epoch_1.json", "crc"), (row.Entry, row.Kind));
        Assert.StartsWith("CRC-32 ", row.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generated/damaged/truncated.eval", "zip", "no end of a central directory")]
    [InlineData("generated/damaged/empty.eval", "shape", "the file is empty")]
    [InlineData("log_invalid.txt", "json", "the text ends within a value")]
    [InlineData("log_version_3.txt", "shape", "version 4 of the log format; up to 2 are read")]
    public void A_file_that_cannot_be_read_is_reported(string file, string kind, string reason)
    {
        Assert.True(LogRecognition.IsRead(SharedData.Require("data/eval-logs/" + file), new IngestLimits()), "a job must hand it to ingest");
        var run = Ingest(file);

        Assert.Empty(run.Read<EvalLogRow>());
        Assert.Empty(run.Runs);
        var row = Assert.Single(run.Quarantine);
        Assert.Equal((kind, "", false), (row.Kind, row.Entry, row.IsSample));
        Assert.Contains(reason, row.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(100_000)]
    public void Lists_of_runs_within_lists_of_runs_end_nobody(int levels)
    {
        var text = string.Concat(Enumerable.Repeat("{\"agent_runs\":[", levels)) + string.Concat(Enumerable.Repeat("]}", levels));

        var run = IngestRun.Of(System.Text.Encoding.UTF8.GetBytes(text));

        Assert.Empty(run.Runs);
        Assert.NotEmpty(run.Quarantine);
    }

    [Fact]
    public void Long_strings_of_escaped_pairs_are_read_whole()
    {
        const int Pairs = 700_000;
        var long1 = new string('x', 1_180_000);
        var escaped = string.Concat(Enumerable.Repeat("\\ud83d\\ude00", Pairs));
        var text = $$$"""{"version":2,"eval":{"eval_id":"e","task":"t","model":"m"},"samples":[{"id":1,"epoch":1,"uuid":"u","messages":[{"role":"user","content":"{{{long1}}}"},{"role":"user","content":"{{{escaped}}}"}]}]}""";

        var run = IngestRun.Of(System.Text.Encoding.UTF8.GetBytes(text));

        Assert.Empty(run.Quarantine);
        Assert.Equal([long1.Length, 2L * Pairs], run.Blocks.Select(block => (long)block.Characters));
    }

    [Theory]
    [InlineData("generated/planted-a/logs.json")]
    [InlineData("generated/planted-a/eval-set.json")]
    [InlineData("generated/planted-a/truth.json")]
    [InlineData("generated/planted-a/.eval-set-id")]
    [InlineData("generated/manifest.json")]
    public void Files_beside_the_logs_are_no_logs(string file)
    {
        Assert.False(LogRecognition.IsRead(SharedData.Require("data/eval-logs/" + file), new IngestLimits()));
        var run = Ingest(file);

        Assert.Equal(1, run.Counts["not_a_log"]);
        Assert.Empty(run.Runs);
        Assert.Equal(("shape", false), (run.Quarantine[0].Kind, run.Quarantine[0].IsSample));
    }

    private static string Sample(IngestRun run, BlockRow block) => run.Runs.Single(row => row.RunOrdinal == block.RunOrdinal).SampleId;

    private static IngestRun Ingest(string file) => IngestRun.Of(SharedData.Require("data/eval-logs/" + file));
}

using System.Text.Json;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>A sign that makes the structure of a <c>.json</c> log is another: what is read all the same is what was written.</summary>
public sealed class DamagedBracketTests
{
    private const string Signs = "{}[],:\"";
    private const string Others = Signs + "x0\n\\";

    [Theory]
    [InlineData("2025-05-12T20-28-13-04-00_popularity.json")]
    [InlineData("generated/media.json")]
    [InlineData("2025-05-12T20-28-26-04-00_security-guide.json")]
    public void Every_sample_of_an_indented_log_that_is_read_is_as_in_the_sound_log(string file)
    {
        var sound = File.ReadAllBytes(SharedData.Require("data/eval-logs/" + file));
        var expected = Described(IngestRun.Of(sound));
        var (from, to) = Samples(sound);
        var random = new Random(1);
        var whole = 0;
        for (var mutation = 0; mutation < 60; mutation++)
        {
            var damaged = (byte[])sound.Clone();
            var at = Structure(damaged, random.Next(from, to));
            damaged[at] = (byte)Others.Where(sign => sign != damaged[at]).ElementAt(random.Next(Others.Length - 1));
            var run = IngestRun.Of(damaged);

            var message = $"{(char)sound[at]} at {at} is {(char)damaged[at]}";
            Assert.True(Described(run).All(expected.Contains), message);
            Assert.True(run.Log.SamplesDeclared <= expected.Count && run.Log.SamplesRead + run.Log.SamplesQuarantined == run.Log.SamplesDeclared, message);
            Assert.True(run.Quarantine.Count > 0, message);
            whole += run.Log.SamplesDeclared == expected.Count ? 1 : 0;
        }

        // Not so where a quotation mark is lost, which ends the log.
        Assert.InRange(whole, 15, 60);
    }

    private static List<string> Described(IngestRun run) => [.. run.Runs.Select(row => $"{row.AgentRunId} {row.ContentSha256} {row.ScoresJson} {row.TotalTokens} {row.MetadataJson} {row.EventCount} {row.ErrorMessage}")];

    /// <summary>The next byte that is neither white space nor within a string or a number.</summary>
    private static int Structure(byte[] log, int from)
    {
        var reader = new Utf8JsonReader(log);
        while (reader.Read() && reader.TokenStartIndex < from)
        {
        }

        // The token's first byte where it is a bracket or a quotation mark, else the comma or colon before it.
        var at = (int)reader.TokenStartIndex;
        while (!Signs.Contains((char)log[at], StringComparison.Ordinal))
        {
            at--;
        }

        return at;
    }

    private static (int From, int To) Samples(byte[] log)
    {
        var reader = new Utf8JsonReader(log);
        while (reader.Read() && !(reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("samples")))
        {
        }

        reader.Read();
        var from = (int)reader.TokenStartIndex;
        reader.Skip();
        return (from + 1, (int)reader.TokenStartIndex - 20);
    }
}

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Tests.Ingestion;
using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Benchmarks;

/// <summary>Reading a log into tables against a bare pass of <see cref="Utf8JsonReader"/> over the same decompressed bytes, both on one thread.</summary>
internal static class IngestBenchmark
{
    public const double Goal = 0.4;

    private const int Samples = 60;
    private const int Turns = 60;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("transluce-batch-bench-");
        var samples = Enumerable.Range(0, Samples).Select(Sample).ToList();
        var bytes = samples.Sum(sample => (long)sample.Length);
        foreach (var (name, method) in (ReadOnlySpan<(string, int)>)[("stored", ZipBuilder.Stored), ("zstd", ZipBuilder.Zstandard), ("deflate", ZipBuilder.Deflate)])
        {
            var path = Path.Combine(folder.FullName, name);
            Write(path, samples, method);
            var log = Planned(path);
            var (bare, ingest) = (double.MaxValue, double.MaxValue);
            for (var round = 0; round < 8; round++)
            {
                bare = Math.Min(bare, Seconds(() => samples.ForEach(BarePass)));
                ingest = Math.Min(ingest, Seconds(() => Ingest(log, folder.FullName)));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"ingest ({name}) / bare Utf8JsonReader pass: {bare / ingest:0.00} (goal {Goal:0.0}; {bytes / ingest / 1e6:0} MB/s and {bytes / bare / 1e6:0} MB/s of {bytes >> 20} MiB)"));
        }

        folder.Delete(recursive: true);
    }

    /// <summary>A sample as an agent's log has it: one part messages, nine parts events that repeat them.</summary>
    internal static byte[] Sample(int number)
    {
        using var stream = new MemoryStream();
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteNumber("id", number);
        json.WriteNumber("epoch", 1);
        json.WriteString("input", "Find the fault in the build and mend it.");
        json.WriteStartArray("messages");
        for (var i = 0; i < 2 * Turns; i++)
        {
            Message(json, number, i);
        }

        json.WriteEndArray();
        json.WriteStartArray("events");
        for (var turn = 0; turn < Turns; turn++)
        {
            json.WriteStartObject();
            json.WriteString("event", "model");
            json.WriteStartArray("input");
            for (var i = Math.Max(0, (2 * turn) - 18); i < 2 * turn; i++)
            {
                Message(json, number, i);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("uuid", string.Create(CultureInfo.InvariantCulture, $"sample-{number}"));
        json.WriteEndObject();
        json.Flush();
        return stream.ToArray();
    }

    /// <summary>What a plan knows of a log before it is read: one that lies still, as logs of finished evaluations do.</summary>
    internal static HashedFile Planned(string path)
    {
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        return HashedFile.Of(path, TimeProvider.System);
    }

    internal static void Ingest(HashedFile log, string folder)
    {
        using var shard = new BenchmarkShard(folder);
        new IngestStage(log, new IngestLimits(), TimeProvider.System).RunShard(shard, CancellationToken.None);
        shard.Complete();
    }

    private static void Message(Utf8JsonWriter json, int sample, int i)
    {
        json.WriteStartObject();
        json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"m{sample}-{i}"));
        json.WriteString("role", i % 2 == 0 ? "assistant" : "tool");
        var text = new StringBuilder();
        for (var line = 0; line < 12; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"src/module{(i * 7) + line}.c:{line * 31}: error: '{sample:x}' is undeclared here (not in a function); did you mean 'offset_{i}'?\n");
        }

        json.WriteString("content", text.ToString());
        if (i % 2 == 0)
        {
            json.WriteStartArray("tool_calls");
            json.WriteStartObject();
            json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"call-{i}"));
            json.WriteString("function", "bash");
            json.WriteStartObject("arguments");
            json.WriteString("cmd", string.Create(CultureInfo.InvariantCulture, $"make -C build target-{i} 2>&1 | tail -n 40"));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("tool_call_id", string.Create(CultureInfo.InvariantCulture, $"call-{i - 1}"));
        }

        json.WriteEndObject();
    }

    private static void Write(string path, List<byte[]> samples, int method)
    {
        using var file = File.Create(path);
        var zip = new ZipBuilder(file).Add("header.json", """{"version":2,"status":"success","eval":{"eval_id":"e","task":"t","model":"m"}}""", ZipBuilder.Stored);
        for (var i = 0; i < samples.Count; i++)
        {
            zip.Add(string.Create(CultureInfo.InvariantCulture, $"samples/{i}_epoch_1.json"), samples[i], method);
        }

        zip.End();
    }

    private static void BarePass(byte[] sample)
    {
        var reader = new Utf8JsonReader(sample);
        while (reader.Read())
        {
        }
    }

    /// <summary>Processor time of this thread: neighbours on the machine do not count.</summary>
    private static double Seconds(Action action)
    {
        var start = ThreadSeconds();
        action();
        return ThreadSeconds() - start;
    }

    private static double ThreadSeconds()
    {
        // User and system time in ticks of a hundredth are too coarse; the scheduler's own account is in nanoseconds.
        return long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1e9;
    }
}

using System.Globalization;
using System.Text;
using Transluce.Batch.IntegrationTests.LanguageModels;
using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Ingestion;

namespace Transluce.Batch.IntegrationTests.Ingestion;

/// <summary>Peak memory of logs that do not fit into it; the benchmarks print it for larger ones.</summary>
public sealed class IngestMemoryTests
{
    private const long Bound = 500L << 20;

    [Fact]
    public void One_string_of_300_MB_takes_less_than_500_MB() => ChildTest.Run(typeof(IngestMemoryTests), nameof(Child_reads_a_string_of_300_MB));

    [Fact]
    public void A_sample_of_300_000_messages_takes_less_than_500_MB() => ChildTest.Run(typeof(IngestMemoryTests), nameof(Child_reads_300_000_messages));

    [Fact(Explicit = true)]
    public void Child_reads_a_string_of_300_MB() => CheckPeak(log =>
    {
        log.Write("{\"role\":\"tool\",\"content\":\"");
        for (var i = 0; i < 3_000_000; i++)
        {
            log.Write(string.Create(CultureInfo.InvariantCulture, $"line {i:d8} of the output of a tool that never stops writing and goes on and on and on and on and on.\\n"));
        }

        log.Write("\"}");
    });

    [Fact(Explicit = true)]
    public void Child_reads_300_000_messages() => CheckPeak(log =>
    {
        for (var i = 0; i < 300_000; i++)
        {
            log.Write(string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}{{\"id\":\"message-{i}\",\"role\":\"assistant\",\"content\":\"step {i} of many, and what comes of it\"}}"));
        }
    });

    private static void CheckPeak(Action<StreamWriter> messages)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("log");
        using (var log = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20))
        {
            log.Write("{\"version\":2,\"status\":\"success\",\"eval\":{\"task\":\"t\",\"model\":\"m\"},\"samples\":[{\"id\":1,\"messages\":[");
            messages(log);
            log.Write("]}]}");
        }

        var peak = 0L;
        using (new Timer(_ => peak = Math.Max(peak, AnonymousBytes()), null, 0, 10))
        {
            Assert.Equal(1, IngestRun.CountsOf(path, complete: true).Counts["read"]);
        }

        Assert.InRange(peak, 1, Bound);
    }

    private static long AnonymousBytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return 1024 * long.Parse(line["RssAnon:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}

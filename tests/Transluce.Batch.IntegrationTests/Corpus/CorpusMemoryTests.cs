using System.Text.Json;
using Transluce.Batch.Artifacts;
using Transluce.Batch.IntegrationTests.LanguageModels;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Corpus;

namespace Transluce.Batch.IntegrationTests.Corpus;

public sealed class CorpusMemoryTests
{
    private const int Documents = 200_000;
    private const int Buffer = 200_000;

    // In a process of its own: tests beside it allocate too.
    [Fact]
    public void A_corpus_of_200_000_documents_takes_12_bytes_each_and_a_bounded_buffer() => ChildTest.Run(typeof(CorpusMemoryTests), nameof(Child_shuffles_200_000_documents));

    [Fact(Explicit = true)]
    public void Child_shuffles_200_000_documents()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("many.jsonl");
        using (var writer = new StreamWriter(path))
        {
            for (var i = 0; i < Documents; i++)
            {
                writer.WriteLine(JsonSerializer.Serialize(new { text = $"The golden lynx number {i} sat on bicycle {i * 7919L % 1000003} and counted {i % 97} colours." }));
            }
        }

        var tokenizer = ModelTokenizer.Load(CorpusRun.DemoModel);
        var options = new CorpusOptions { Sources = [new() { Path = path }], SequenceLength = 16, Prefix = WindowPrefix.None };
        var documents = new DocumentTokenizer(tokenizer, options);
        tokenizer.Encode("Whatever is made at the first use.");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var source = new DocumentSource(ResolvedSource.Resolve(options.Sources, "/")[0]);
        var order = new DocumentOrder(source.Count, 1, new SplitShares(1, 0, 0)).Of(Split.Train);
        Assert.Equal(Documents, source.Count);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, (12 * Documents) + (1 << 20));

        var stream = new WindowStream(source, order, documents, Buffer, TestContext.Current.CancellationToken);
        var windows = 0L;
        var peak = 0L;
        while (stream.Next(10_000_000, 10_000_000) is not null)
        {
            if (++windows % 40_000 == 0)
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.InRange(windows, Documents, 10 * Documents);
        Assert.Equal(Documents, stream.Tally.Documents);
        // A buffered token costs its four bytes, its document's and window's objects (16 tokens each in the count) and the round's slots.
        Assert.InRange(peak, 1, (12 * Documents) + (24 * Buffer) + (4 << 20));
    }
}

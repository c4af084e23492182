using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

/// <summary>What a viewer pays for one neuron of a Llama-3.1-8B layer: 14,336 neurons, k = 100, 3 splits, traces of 95 tokens for 40 ranks.</summary>
public sealed class OneNeuronReadTests
{
    private const int LayerNeurons = 14_336;
    private const int Neurons = 96;
    private const int NeuronsPerRowGroup = 16;

    [Fact]
    public void One_neurons_exemplars_come_in_three_reads_and_less_than_1_5_MB_beside_the_footer()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("layer.parquet"));
        var footer = FooterBytes(folder.File("layer.parquet"));
        using var stream = new CountingStream(folder.File("layer.parquet"));

        var rows = TableReader.Read<ExemplarRow>(stream, "layer", new KeyRange("layer", 3, 3), new KeyRange("neuron", 50, 50)).ToList();

        Assert.Equal(600, rows.Count);
        Assert.All(rows, r => Assert.Equal((3, 50), (r.Layer, r.Neuron)));
        Assert.InRange(stream.Reads, 1, 3);
        Assert.InRange(stream.Bytes - footer, 1, 1_500_000);

        // The footer of the whole layer, by the row groups it would have; one read of an 800th of the file fetches it.
        const int Groups = Neurons / NeuronsPerRowGroup;
        const int LayerGroups = LayerNeurons / NeuronsPerRowGroup;
        TableRoundTripTests.Write<ExemplarRow>(folder.File("empty.parquet"), []);
        var schema = FooterBytes(folder.File("empty.parquet"));
        var layerFooter = schema + ((footer - schema) / Groups * LayerGroups);
        var layerBytes = (new FileInfo(folder.File("layer.parquet")).Length - footer) / Groups * LayerGroups;
        Assert.InRange(layerFooter, 1, 1_000_000);
        Assert.InRange(layerFooter, 1, layerBytes / 800);
        Assert.InRange((layerBytes / 800) - layerFooter + (layerBytes / LayerGroups) + 4, 1, 1_500_000);
    }

    private static void Write(string path)
    {
        var random = new Random(5);
        using var writer = new TableWriter<ExemplarRow>(path, new Dictionary<string, string> { ["artifact_key"] = new string('a', 64), ["stage"] = "merge-exemplars", ["stage_version"] = "1" });
        for (var neuron = 0; neuron < Neurons; neuron++)
        {
            foreach (var polarity in new[] { -1, 1 })
            {
                for (var rank = 0; rank < 300; rank++)
                {
                    var trace = rank % 100 < 40 ? Enumerable.Range(0, 95).Select(_ => (float)(Half)(random.NextDouble() * random.NextDouble() * polarity)).ToArray() : [];
                    writer.Write(new ExemplarRow(3, neuron, polarity, (Split)(rank / 100), rank % 100, (float)random.NextDouble(), random.Next(95), random.Next(1_000_000), 0, trace));
                }
            }

            if ((neuron + 1) % NeuronsPerRowGroup == 0)
            {
                writer.EndRowGroup();
            }
        }

        writer.Complete();
    }

    private static int FooterBytes(string path)
    {
        using var stream = File.OpenRead(path);
        stream.Seek(-8, SeekOrigin.End);
        var length = new byte[4];
        stream.ReadExactly(length);
        return BitConverter.ToInt32(length) + 8;
    }

    /// <summary>Counts reads as a range-requesting client would make them.</summary>
    private sealed class CountingStream(string path) : Stream
    {
        private readonly FileStream inner = File.OpenRead(path);

        public int Reads { get; private set; }

        public long Bytes { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => inner.Position = value; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            Reads++;
            Bytes += read;
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void Flush() { }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}

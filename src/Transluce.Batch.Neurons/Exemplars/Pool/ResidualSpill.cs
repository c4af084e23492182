using Transluce.Batch.Artifacts;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Residuals on their way to the table. They come window by window and are wanted layer by layer, so they wait in one scratch file a group.</summary>
internal sealed class ResidualSpill : IDisposable
{
    private readonly Dictionary<int, SpillFile> files;

    public ResidualSpill(string folder, IEnumerable<LayerGroup> groups)
        => files = groups.ToDictionary(group => group.Index, group => new SpillFile(group.FirstLayer, Path.Combine(folder, $"residuals-{group.Index}.bin")));

    /// <summary>Takes [t, d] of one window or prefix.</summary>
    public void Add(int group, int controlRank, Tensor values)
    {
        var host = TensorMemory.ToHost(values);
        files[group].Rows.Add((controlRank, (int)host.shape[0], host.bytes.Length));
        files[group].Stream.Write(host.bytes);
    }

    public IEnumerable<ResidualRow> Read(Split split)
    {
        foreach (var file in files.Values.OrderBy(file => file.Layer))
        {
            file.Stream.Position = 0;

            // A batch whose windows differ in prefix comes group by group, so ranks are put in order here.
            var offsets = new List<(int Rank, int Tokens, int Bytes, long Offset)>();
            foreach (var (rank, tokens, bytes) in file.Rows)
            {
                offsets.Add((rank, tokens, bytes, offsets.Count == 0 ? 0 : offsets[^1].Offset + offsets[^1].Bytes));
            }

            foreach (var (rank, tokens, bytes, offset) in offsets.OrderBy(row => row.Rank))
            {
                var values = new byte[bytes];
                file.Stream.Position = offset;
                file.Stream.ReadExactly(values);
                yield return new ResidualRow(file.Layer, split, rank, tokens, values);
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in files.Values)
        {
            file.Stream.Dispose();
        }
    }

    private sealed class SpillFile(int layer, string path)
    {
        public int Layer { get; } = layer;

        public FileStream Stream { get; } = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20);

        public List<(int Rank, int Tokens, int Bytes)> Rows { get; } = [];
    }
}

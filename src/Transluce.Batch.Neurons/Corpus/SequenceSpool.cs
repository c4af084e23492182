using System.Runtime.InteropServices;
using System.Text;

namespace Transluce.Batch.Neurons;

/// <summary>Windows on disk until their number, and with it the control pool, is known: memory does not grow with the split.</summary>
internal sealed class SequenceSpool : IDisposable
{
    private readonly FileStream stream;
    private readonly BinaryWriter writer;

    public SequenceSpool(string folder)
    {
        stream = new FileStream(Path.Combine(folder, "windows"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20);
        writer = new BinaryWriter(stream, Encoding.UTF8);
    }

    public int Count { get; private set; }

    public long Tokens { get; private set; }

    public void Add(int source, CorpusWindow window)
    {
        writer.Write(source);
        writer.Write(window.DocumentId);
        writer.Write(window.PrefixLength);
        writer.Write(window.TokenIds.Length);
        writer.Write(MemoryMarshal.AsBytes(window.TokenIds.AsSpan()));
        Count++;
        Tokens += window.TokenIds.Length;
    }

    /// <summary>Everything that was added, in order.</summary>
    public IEnumerable<(int Source, CorpusWindow Window)> Read()
    {
        writer.Flush();
        stream.Position = 0;
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        for (var i = 0; i < Count; i++)
        {
            var source = reader.ReadInt32();
            var id = reader.ReadString();
            var prefixLength = reader.ReadInt32();
            var ids = new int[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(ids.AsSpan()));
            yield return (source, new CorpusWindow(id, prefixLength, ids));
        }
    }

    public void Dispose() => writer.Dispose();
}

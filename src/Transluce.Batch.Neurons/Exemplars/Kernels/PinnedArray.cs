using System.Runtime.CompilerServices;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>An array of zeros that the collector never moves, so that the inner loops can keep pointers into it.</summary>
internal sealed unsafe class PinnedArray<T>(int length)
    where T : unmanaged
{
    private readonly T[] values = GC.AllocateArray<T>(length, pinned: true);

    public T* Pointer => (T*)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(values));

    public int Length => values.Length;

    public Span<T> Span => values;
}

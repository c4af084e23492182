using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Pointers into a tensor's own memory, so that nothing is copied on a CPU. A tensor on another device is copied to the host first.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Gives the memory of a contiguous host tensor, valid while the tensor lives.</summary>
    /// <returns>The same tensor, or a contiguous host copy that the current dispose scope owns.</returns>
    public static Tensor ToHost(Tensor tensor) => (tensor.device_type == DeviceType.CPU ? tensor : tensor.cpu()).contiguous();

    public static float* Float32(Tensor tensor)
    {
        Require(tensor, ScalarType.Float32);
        return (float*)First(tensor);
    }

    public static ushort* BFloat16(Tensor tensor)
    {
        Require(tensor, ScalarType.BFloat16);
        return (ushort*)First(tensor);
    }

    // A view as long as a span allows: only its first byte is needed.
    private static void* First(Tensor tensor)
    {
        using var first = tensor.view(-1).narrow(0, 0, 1);
        return Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(first.bytes));
    }

    private static void Require(Tensor tensor, ScalarType dtype)
    {
        if (tensor.dtype != dtype || tensor.device_type != DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new ArgumentException($"A contiguous {dtype} tensor on the CPU is needed, not {tensor.dtype} on {tensor.device}.", nameof(tensor));
        }
    }
}

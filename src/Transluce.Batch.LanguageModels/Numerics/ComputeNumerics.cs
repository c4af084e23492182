using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace Transluce.Batch.LanguageModels;

/// <summary>What decides the last bits of what a model computes, apart from the model itself; part of an artifact's key.</summary>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>: which of several equal GPUs it was does not matter.</param>
/// <param name="CpuCapability">The instruction set libtorch picked, for example <c>AVX2</c> or <c>AVX512</c>.</param>
/// <param name="Dtype">Float32 or BFloat16.</param>
/// <param name="Threads">Intra-op threads: sums are split between them.</param>
/// <param name="Libtorch">Its version.</param>
public sealed record ComputeNumerics(string Device, string CpuCapability, ScalarType Dtype, int Threads, string Libtorch)
{
    public static ComputeNumerics Of(Device device, ScalarType dtype, int threads)
    {
        TorchRuntime.Initialize();
        return new ComputeNumerics(device.type == DeviceType.CUDA ? "cuda" : "cpu", ReadCpuCapability(), dtype, threads, __version__);
    }

    public JsonObject ToJson() => new()
    {
        ["device"] = Device,
        ["cpuCapability"] = CpuCapability,
        ["dtype"] = Dtype.ToString(),
        ["threads"] = Threads,
        ["libtorch"] = Libtorch,
    };

    /// <summary>Asks libtorch itself (ATEN_CPU_CAPABILITY may have changed its choice): std::string at::get_cpu_capability().</summary>
    private static unsafe string ReadCpuCapability()
    {
        var function = (delegate* unmanaged<CppString*, CppString*>)NativeLibrary.GetExport(TorchRuntime.Libtorch, "_ZN2at18get_cpu_capabilityB5cxx11Ev");
        CppString text;
        // Short strings, such as these, lie within the object itself, so there is nothing to free.
        function(&text);
        return Encoding.ASCII.GetString(text.Characters, (int)text.Length);
    }

    // A std::string of the C++11 ABI as the Itanium C++ ABI returns it: in memory of the caller.
    private unsafe struct CppString
    {
        public byte* Characters;
        public nuint Length;
        public fixed byte Inside[16];
    }
}

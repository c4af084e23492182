using System.Globalization;
using System.Runtime.InteropServices;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;

namespace Transluce.Batch.Jobs;

/// <summary>What <c>doctor</c> says about the machine.</summary>
internal static class MachineChecks
{
    private const long LowMemory = 4L << 30;

    /// <summary>By these float32 and bfloat16 differ in speed by orders of magnitude.</summary>
    private static readonly string[] Telling = ["avx2", "avx512f", "avx512_bf16", "amx_bf16"];

    public static IEnumerable<Finding> All()
    {
        var library = NativeLibrary();
        yield return library;
        yield return Processor();
        if (library.Level != FindingLevel.Failed)
        {
            yield return Dtype();
            yield return Device();
        }

        yield return Memory();
    }

    private static Finding NativeLibrary()
    {
        try
        {
            TorchRuntime.Initialize();
            return new Finding(FindingLevel.Fine, "native library", $"libtorch from {TorchRuntime.LibraryFolder}{(TorchRuntime.Corrected ? "; this system's libstdc++ is older than GCC 13.2's, worked around" : "")}");
        }
        catch (ArtifactException exception)
        {
            return new Finding(FindingLevel.Failed, "native library", exception.Message);
        }
    }

    private static Finding Processor()
    {
        var flags = ProcessorFlags();
        var features = Telling.Where(flags.Contains).ToArray();
        var detail = $"{Environment.ProcessorCount} cores, {(features.Length > 0 ? string.Join(", ", features) : "no AVX2")}, {RuntimeInformation.ProcessArchitecture}";
        return features.Contains("avx2")
            ? new Finding(FindingLevel.Fine, "processor", detail)
            : new Finding(FindingLevel.Worse, "processor", detail, "Everything works without AVX2, several times slower; prefer another machine.");
    }

    private static Finding Dtype()
    {
        var (speedup, choice) = SubjectModelResolution.MeasureDtype("cpu", Environment.ProcessorCount);
        return new Finding(FindingLevel.Fine, "dtype on cpu", string.Create(CultureInfo.InvariantCulture, $"bfloat16 multiplies matrices {speedup:0.##} times as fast as float32, so 'auto' takes {choice.ToString().ToLowerInvariant()}"));
    }

    private static Finding Device()
    {
        var gpus = SubjectModelResolution.CountCudaDevices();
        return new Finding(FindingLevel.Fine, "device", gpus > 0 ? $"cpu, and cuda:0 to cuda:{gpus - 1}" : "cpu; no GPU that this build of libtorch can use");
    }

    private static HashSet<string> ProcessorFlags()
    {
        try
        {
            return [.. File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ') ?? []];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static Finding Memory()
    {
        var available = AvailableMemory();
        var detail = $"{Quantity.Bytes(available)} available";
        return available >= LowMemory
            ? new Finding(FindingLevel.Fine, "memory", detail)
            : new Finding(FindingLevel.Worse, "memory", detail, "A large model needs its weights and some gigabytes beside them: lower exemplars.batchSize and explanation.layersPerGroup.");
    }

    /// <summary>What the kernel thinks can be had without swapping, capped by the process's own limit (a container's, for example).</summary>
    public static long AvailableMemory()
    {
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        try
        {
            var line = File.ReadLines("/proc/meminfo").FirstOrDefault(candidate => candidate.StartsWith("MemAvailable:", StringComparison.Ordinal));
            return line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], out var kilobytes) ? Math.Min(limit, kilobytes * 1024) : limit;
        }
        catch (IOException)
        {
            return limit;
        }
    }
}

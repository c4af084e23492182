using TorchSharp;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons;

/// <summary>
/// Decides, once per run, what a configuration leaves open about the model, and opens the model it decided on. Whoever runs a shard later only
/// opens: its plan holds what <see cref="Resolve"/> returned.
/// </summary>
public static class SubjectModelResolution
{
    private const string Prefix = "model/";

    /// <summary>The same options with the folder found, 'auto' measured and threads counted.</summary>
    /// <param name="options">As configured.</param>
    /// <param name="baseFolder">What a relative path is relative to: the configuration file's folder.</param>
    /// <exception cref="ArtifactException">There is no such model or no such device.</exception>
    public static ModelOptions Resolve(ModelOptions options, string baseFolder)
    {
        var folder = ModelFolder.Resolve(options.Path, baseFolder);
        var threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        RequireDevice(options.Device);
        var dtype = options.Dtype == DtypeChoice.Auto ? MeasureDtype(options.Device, threads).Choice : options.Dtype;
        return options with { Path = folder, Threads = threads, Dtype = dtype };
    }

    /// <summary>Opens a model that was planned elsewhere: its files are hashed when it is loaded.</summary>
    /// <param name="resolved">What <see cref="Resolve"/> returned.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="planned">Fingerprints of the planned stage.</param>
    public static SubjectModel OpenPlanned(ModelOptions resolved, ModelTokenizer tokenizer, IReadOnlyDictionary<string, string> planned)
        => Open(resolved, tokenizer, planned.Where(file => file.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(
            file => file.Key[Prefix.Length..],
            file => new HashedFile(Path.Combine(resolved.Path, file.Key[Prefix.Length..]), file.Value, Bytes: 0, Modified: null)));

    /// <summary>Opens a resolved model: reads its config.</summary>
    /// <param name="resolved">What <see cref="Resolve"/> returned.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="files">Its files (<see cref="ModelFingerprint.Compute"/>).</param>
    public static SubjectModel Open(ModelOptions resolved, ModelTokenizer tokenizer, IReadOnlyDictionary<string, HashedFile> files)
    {
        var dtype = resolved.Dtype switch
        {
            DtypeChoice.Float32 => ScalarType.Float32,
            DtypeChoice.BFloat16 => ScalarType.BFloat16,
            _ => throw new ArtifactException($"The dtype '{resolved.Dtype}' is not resolved; expected float32 or bfloat16 in a plan. Start the run again with 'transluce-batch run'."),
        };
        return new SubjectModel
        {
            Folder = resolved.Path,
            Config = LlamaConfig.Load(resolved.Path),
            Device = resolved.Device,
            Dtype = dtype,
            Threads = resolved.Threads,
            SpecialIds = tokenizer.SpecialIds,
            Files = files.ToDictionary(file => Prefix + file.Key, file => file.Value),
            Numerics = ComputeNumerics.Of(RequireDevice(resolved.Device), dtype, resolved.Threads).ToJson(),
        };
    }

    /// <summary>Roughly how many tokens a second go through the whole model here.</summary>
    public static double TokensPerSecond(SubjectModel model) => MatrixRate.TokensPerSecond(model.Config, torch.device(model.Device), model.Dtype, model.Threads);

    /// <summary>Float32's time divided by bfloat16's on a device, and what 'auto' makes of it.</summary>
    public static (double Speedup, DtypeChoice Choice) MeasureDtype(string device, int threads)
    {
        TorchRuntime.Initialize();
        torch.set_num_threads(threads);
        var measurement = DtypeMeasurement.Measure(RequireDevice(device));
        return (measurement.BFloat16Speedup, measurement.Dtype == ScalarType.BFloat16 ? DtypeChoice.BFloat16 : DtypeChoice.Float32);
    }

    /// <summary>GPUs that this libtorch can use.</summary>
    public static int CountCudaDevices()
    {
        TorchRuntime.Initialize();
        return torch.cuda.is_available() ? torch.cuda.device_count() : 0;
    }

    private static Device RequireDevice(string name)
    {
        TorchRuntime.Initialize();
        return name == "cpu" || torch.cuda.is_available()
            ? torch.device(name)
            : throw new ArtifactException($"The device is '{name}', but this libtorch sees no CUDA device; build with -p:TorchBackend=cuda, look at nvidia-smi, or set model.device to cpu.");
    }
}

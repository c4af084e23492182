using System.Text.Json.Nodes;
using TorchSharp;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons;

/// <summary>The model whose neurons are labelled, as the run resolved it: nothing in it is "auto" any more.</summary>
public sealed record SubjectModel
{
    /// <summary>Hugging Face folder.</summary>
    public required string Folder { get; init; }

    public required LlamaConfig Config { get; init; }

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Float32 or BFloat16.</summary>
    public required ScalarType Dtype { get; init; }

    /// <summary>Intra-op threads, at least 1.</summary>
    public required int Threads { get; init; }

    /// <summary>The tokenizer's special tokens.</summary>
    public required IReadOnlySet<int> SpecialIds { get; init; }

    /// <summary>Config and weights by their names in keys, as they were when the run was planned; <see cref="Load"/> refuses others.</summary>
    public IReadOnlyDictionary<string, HashedFile> Files { get; init; } = new Dictionary<string, HashedFile>();

    /// <summary>Name → SHA-256 of config and weights.</summary>
    public IReadOnlyDictionary<string, string> Fingerprints => Files.ToDictionary(file => file.Key, file => file.Value.Sha256);

    /// <summary>What decides the last bits: device kind, CPU capability, dtype, batch size, threads, libtorch version.</summary>
    public required JsonObject Numerics { get; init; }

    /// <summary>Bytes of one activation or residual value.</summary>
    public int ValueBytes => Dtype == ScalarType.Float32 ? sizeof(float) : sizeof(ushort);

    /// <summary>Loads all or some layers and sets the number of threads. Call it on the thread that will use the model.</summary>
    public Llama Load(int firstLayer = 0, int? layerCount = null)
    {
        TorchRuntime.Initialize();
        torch.set_num_threads(Threads);
        var model = Llama.Load(Folder, torch.device(Device), Dtype, firstLayer, layerCount);
        try
        {
            foreach (var file in Files.Values)
            {
                file.RequireUnchanged();
            }
        }
        catch
        {
            model.Dispose();
            throw;
        }

        return model;
    }
}

using System.Text.Json;
using Transluce.Batch.Artifacts;
using static TorchSharp.torch;

namespace Transluce.Batch.LanguageModels;

/// <summary>The weights of a Hugging Face folder: one <c>model.safetensors</c>, or shards named by <c>model.safetensors.index.json</c>.</summary>
internal sealed class Checkpoint : IDisposable
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";
    private const long MaximumIndexLength = 100_000_000;

    private readonly List<SafetensorsFile> files = [];
    private readonly Dictionary<string, SafetensorsFile> owners = new(StringComparer.Ordinal);

    private Checkpoint(string folder) => Folder = folder;

    public string Folder { get; }

    public IEnumerable<string> Names => owners.Keys;

    /// <summary>Files that hold the weights, index first where there is one.</summary>
    /// <exception cref="ArtifactException">No weights, or an index that names files outside the folder or absent ones.</exception>
    public static IReadOnlyList<string> WeightFiles(string folder)
    {
        var index = Path.Combine(folder, IndexFile);
        var single = Path.Combine(folder, SingleFile);
        if (File.Exists(index))
        {
            return [index, .. ReadIndex(index).Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => Path.Combine(folder, name))];
        }

        return File.Exists(single)
            ? [single]
            : throw new ArtifactException($"'{folder}' holds neither {SingleFile} nor {IndexFile}. Point model.path at a Hugging Face folder with safetensors weights (not only .bin or .gguf).");
    }

    public static Checkpoint Open(string folder)
    {
        var checkpoint = new Checkpoint(folder);
        try
        {
            foreach (var path in WeightFiles(folder).Where(path => !path.EndsWith(".json", StringComparison.Ordinal)))
            {
                checkpoint.Add(SafetensorsFile.Open(path));
            }

            checkpoint.CheckAgainstIndex();
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Copies one tensor into <paramref name="destination"/>, converting to its dtype and device.</summary>
    public void CopyTo(string name, Tensor destination)
    {
        using var mapped = Require(name).Map(name);
        destination.copy_(mapped);
    }

    /// <exception cref="ArtifactException">Absent, of another shape, or not floating point.</exception>
    public void RequireShape(string name, params long[] shape)
    {
        var file = Require(name);
        var entry = file.Entries[name];
        if (!entry.Shape.SequenceEqual(shape))
        {
            throw new ArtifactException($"Tensor '{name}' in '{file.Path}' has shape [{string.Join(", ", entry.Shape)}], but config.json asks for [{string.Join(", ", shape)}]. Weights and config do not belong together.");
        }

        if (entry.Dtype is not (ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16))
        {
            throw new ArtifactException($"Tensor '{name}' in '{file.Path}' has dtype {entry.Dtype}; weights must be float32, float16 or bfloat16 (quantised checkpoints are not supported).");
        }
    }

    /// <exception cref="ArtifactException">float16 and bfloat16 side by side: no exporter writes that, and one read as the other is noise.</exception>
    public void RefuseMixedHalves()
    {
        var firsts = owners.GroupBy(owner => owner.Value.Entries[owner.Key].Dtype).ToDictionary(group => group.Key, group => group.MinBy(owner => owner.Key, StringComparer.Ordinal));
        if (firsts.TryGetValue(ScalarType.Float16, out var half) && firsts.TryGetValue(ScalarType.BFloat16, out var brain))
        {
            throw new ArtifactException($"Tensor '{half.Key}' in '{half.Value.Path}' is float16 but '{brain.Key}' in '{brain.Value.Path}' is bfloat16; one of the two is damaged.");
        }
    }

    /// <exception cref="ArtifactException">The checkpoint holds a tensor this model has no use for: it would compute something else.</exception>
    public void RefuseUnknown(IReadOnlySet<string> known)
    {
        foreach (var (name, file) in owners.OrderBy(owner => owner.Key, StringComparer.Ordinal))
        {
            // Buffers that older exports stored; they follow from the config.
            if (!known.Contains(name) && !name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal))
            {
                throw new ArtifactException($"Tensor '{name}' in '{file.Path}' has no place in a Llama as config.json describes it; the model would compute something else.");
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }

    private SafetensorsFile Require(string name) => owners.TryGetValue(name, out var file)
        ? file
        : throw new ArtifactException($"Tensor '{name}' is missing in '{string.Join("', '", files.Select(candidate => candidate.Path))}'. The download is incomplete, or this is not a Llama as config.json describes it.");

    private void Add(SafetensorsFile file)
    {
        files.Add(file);
        foreach (var name in file.Entries.Keys)
        {
            if (!owners.TryAdd(name, file))
            {
                throw new ArtifactException($"Tensor '{name}' stands in both '{owners[name].Path}' and '{file.Path}'.");
            }
        }
    }

    private void CheckAgainstIndex()
    {
        var index = Path.Combine(Folder, IndexFile);
        if (!File.Exists(index))
        {
            return;
        }

        foreach (var (name, fileName) in ReadIndex(index))
        {
            if (!owners.TryGetValue(name, out var owner) || Path.GetFileName(owner.Path) != fileName)
            {
                throw new ArtifactException($"'{index}' says that tensor '{name}' is in '{fileName}', but it is not. Fetch the model again.");
            }
        }
    }

    private static Dictionary<string, string> ReadIndex(string index)
    {
        try
        {
            if (FileLength.Of(index) > MaximumIndexLength)
            {
                throw new ArtifactException($"'{index}' is larger than {MaximumIndexLength} bytes; that is no index of a model.");
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(index), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            var map = document.RootElement.GetProperty("weight_map").EnumerateObject()
                .ToDictionary(property => property.Name, property => property.Value.GetString() ?? "", StringComparer.Ordinal);
            foreach (var (name, fileName) in map)
            {
                if (fileName != Path.GetFileName(fileName) || fileName.Contains('\0', StringComparison.Ordinal) || !fileName.EndsWith(".safetensors", StringComparison.Ordinal))
                {
                    throw new ArtifactException($"'{index}' puts tensor '{name}' into '{fileName}'; expected the name of a .safetensors file in the same folder.");
                }
            }

            return map;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"'{index}' cannot be read as an index of safetensors shards: {exception.Message}", exception);
        }
    }
}

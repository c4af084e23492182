using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Embedding.Onnx;

/// <summary>A sentence-transformers model on the CPU by ONNX Runtime.</summary>
public sealed class OnnxModel : EmbeddingModel
{
    private static readonly string[] IntegerKernels = ["avx2", "avx_vnni", "avx512f", "avx512_vnni", "amx_int8"];

    private readonly SentenceTransformerFolder folder;
    private readonly Lazy<OnnxProvider> provider;

    /// <param name="folder">The model's folder, resolved.</param>
    /// <param name="options">Which file of it, and how many workers.</param>
    /// <exception cref="ArtifactException">The folder lacks a file or asks for something that is not done here.</exception>
    public OnnxModel(string folder, OnnxOptions options)
    {
        this.folder = SentenceTransformerFolder.Read(folder, options.File);
        Tokenizer = new WordPieceTokenizer(BertTokenizerFile.Read(this.folder.TransformerFolder));
        Fingerprints = this.folder.Files.ToDictionary(f => f.Key, f => Hash(f.Value));
        var workers = options.Workers > 0 ? options.Workers : Environment.ProcessorCount;
        provider = new Lazy<OnnxProvider>(() => new OnnxProvider(this.folder, Tokenizer, Fingerprint(), workers));
    }

    public override string Name => "onnx";

    public override JsonObject Options => [];

    public override IReadOnlyDictionary<string, string> Fingerprints { get; }

    /// <summary>Of a small model of six layers.</summary>
    public override double ChunksPerSecond => 50;

    /// <summary>8-bit kernels differ between instruction sets in more than the last bit. One thread a text, so their number is not part of it.</summary>
    public override JsonObject Numerics => new()
    {
        ["device"] = "cpu",
        ["cpuCapability"] = IntegerInstructions(),
        ["onnxruntime"] = OrtEnv.Instance().GetVersionString(),
    };

    public override bool UsesAllCores => true;

    internal WordPieceTokenizer Tokenizer { get; }

    public override EmbeddingProvider Open(ShardContext shard) => provider.Value;

    /// <summary>The provider outside of any stage.</summary>
    public EmbeddingProvider Open() => provider.Value;

    /// <summary>The instruction sets ONNX Runtime has 8-bit kernels for; .NET does not name them all.</summary>
    private static string IntegerInstructions()
    {
        const string file = "/proc/cpuinfo";
        var flags = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ') ?? [] : [];
        return string.Join(' ', IntegerKernels.Intersect(flags));
    }

    private static string Hash(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"'{file}' cannot be read: {exception.Message}", exception);
        }
    }
}

using Microsoft.ML.OnnxRuntime;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Embedding.Onnx;

/// <summary>
/// Runs the model on one text at a time: in a batch, 8-bit activations would be scaled by the largest value of the whole batch, and a
/// text's vector would depend on its neighbours. Several texts go side by side instead, one thread each.
/// </summary>
internal sealed class OnnxProvider : EmbeddingProvider
{
    private static readonly string[] OutputNames = ["last_hidden_state", "token_embeddings"];

    private readonly SentenceTransformerFolder folder;
    private readonly WordPieceTokenizer tokenizer;
    private readonly int workers;
    private readonly InferenceSession session;
    private readonly string output;
    private readonly bool hasTypes;

    public OnnxProvider(SentenceTransformerFolder folder, WordPieceTokenizer tokenizer, string fingerprint, int workers)
    {
        this.folder = folder;
        this.tokenizer = tokenizer;
        this.workers = workers;
        Fingerprint = fingerprint;
        session = Load(folder.OnnxFile);
        output = OutputNames.FirstOrDefault(session.OutputMetadata.ContainsKey)
            ?? throw Refuse("outputs", session.OutputMetadata.Keys, string.Join(" or ", OutputNames));
        hasTypes = session.InputMetadata.ContainsKey("token_type_ids");
        var unknown = session.InputMetadata.Keys.Except(["input_ids", "attention_mask", "token_type_ids"]).ToList();
        if (unknown.Count > 0 || !session.InputMetadata.ContainsKey("input_ids") || !session.InputMetadata.ContainsKey("attention_mask"))
        {
            throw Refuse("inputs", session.InputMetadata.Keys, "input_ids, attention_mask and, optionally, token_type_ids");
        }
    }

    public override string Fingerprint { get; }

    public override string? Model => folder.ModelName;

    public override string Pooling => folder.Pooling.ToString().ToLowerInvariant();

    public override string PassagePrompt => folder.PassagePrompt;

    public override string QueryPrompt => folder.QueryPrompt;

    public override int Dimensions => folder.Dimensions;

    public override string NoVectorReason => "the model gave no finite vector";

    public override float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken) => Embed(texts, folder.PassagePrompt, cancellationToken);

    public override float[][] EmbedQueries(IReadOnlyList<string> queries, CancellationToken cancellationToken) => Embed(queries, folder.QueryPrompt, cancellationToken);

    private float[][] Embed(IReadOnlyList<string> texts, string prompt, CancellationToken cancellationToken)
    {
        var vectors = new float[texts.Count][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        try
        {
            Parallel.For(0, texts.Count, options, index =>
            {
                var text = prompt + texts[index];
                vectors[index] = Embed(tokenizer.Encode(folder.Lowercase ? text.ToLowerInvariant() : text, folder.MaxTokens));
            });
        }
        catch (AggregateException exception) when (exception.InnerException is OnnxRuntimeException or ArtifactException)
        {
            throw new ArtifactException($"'{folder.OnnxFile}' failed on a text: {exception.InnerException.Message} Is it the ONNX export of this folder's model?", exception);
        }

        return vectors;
    }

    private float[] Embed(IReadOnlyList<long> tokens)
    {
        long[] ids = [.. tokens];
        long[] shape = [1, ids.Length];
        var mask = new long[ids.Length];
        Array.Fill(mask, 1);
        using var idValue = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using var typeValue = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
        using var options = new RunOptions();
        string[] names = hasTypes ? ["input_ids", "attention_mask", "token_type_ids"] : ["input_ids", "attention_mask"];
        OrtValue[] values = hasTypes ? [idValue, maskValue, typeValue] : [idValue, maskValue];
        using var results = session.Run(options, names, values, [output]);
        var states = results[0].GetTensorDataAsSpan<float>();
        return states.Length == ids.Length * Dimensions
            ? UnitVector.Of(Pool(states, ids.Length))
            : throw new ArtifactException($"{output} holds {states.Length} numbers for {ids.Length} tokens, but 1_Pooling says {Dimensions} a token.");
    }

    private float[] Pool(ReadOnlySpan<float> states, int tokens)
    {
        if (folder.Pooling == Onnx.Pooling.Cls)
        {
            return states[..Dimensions].ToArray();
        }

        var pooled = states[..Dimensions].ToArray();
        for (var token = 1; token < tokens; token++)
        {
            var state = states.Slice(token * Dimensions, Dimensions);
            for (var index = 0; index < pooled.Length; index++)
            {
                // The sum will do for the mean: vectors are divided by their length.
                pooled[index] = folder.Pooling == Onnx.Pooling.Max ? Math.Max(pooled[index], state[index]) : pooled[index] + state[index];
            }
        }

        return pooled;
    }

    private static InferenceSession Load(string file)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            return new InferenceSession(file, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ArtifactException($"'{file}' cannot be loaded: {exception.Message} Export or download it again.", exception);
        }
    }

    private ArtifactException Refuse(string what, IEnumerable<string> found, string expected)
        => new($"'{folder.OnnxFile}' has the {what} {string.Join(", ", found)}; expected {expected}. Export the model with: optimum-cli export onnx --task feature-extraction");
}

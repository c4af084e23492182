using System.Text.Json;
using Transluce.Batch.Transcripts.Embedding.Onnx;

namespace Transluce.Batch.Tests.Embedding;

/// <summary>A small sentence-transformers model and what other software makes of 40 texts with it.</summary>
internal static class MiniLm
{
    private static readonly Lazy<OnnxModel> Loaded = new(() => new OnnxModel(SharedData.Require("models/minilm-onnx"), new OnnxOptions { Path = "-", Workers = 2 }));

    public static OnnxModel Model => Loaded.Value;

    public static IReadOnlyList<GoldenText> Golden()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden/minilm-vectors.json")));
        return [.. document.RootElement.GetProperty("rows").EnumerateArray().Select(row => new GoldenText(
            row.GetProperty("text").GetString()!,
            [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt64())],
            [.. row.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle())]))];
    }

    internal sealed record GoldenText(string Text, long[] Ids, float[] Vector);
}

using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.LanguageModels;

/// <summary>Our forward pass beside that of Hugging Face transformers, in float32.</summary>
public sealed class LlamaGolden
{
    private const double Tolerance = 2e-4;

    [Theory]
    [InlineData("llama-gqa-rope3")]
    [InlineData("llama-mha-tied")]
    [InlineData("llama-mqa-fp16")]
    [InlineData("demo-llama")]
    public void Logits_and_activations_are_those_of_the_reference(string name)
    {
        using var golden = GoldenModel.Open(name);
        using var scope = NewDisposeScope();
        using var model = Llama.Load(golden.Folder, CPU, ScalarType.Float32, withLogits: true);

        var layersSeen = new List<int>();
        var hidden = model.RunLayers(model.Embed(golden.InputIds), 0, model.Config.Layers, sink: (layer, activations) =>
        {
            layersSeen.Add(layer);
            AssertClose(golden.Mlp(layer), activations, golden.Lengths);
        });

        Assert.Equal(Enumerable.Range(0, model.Config.Layers), layersSeen);
        AssertClose(golden.Logits, model.Logits(hidden), golden.Lengths);
    }

    [Theory]
    [InlineData("llama-gqa-rope3")]
    [InlineData("llama-mha-tied")]
    [InlineData("llama-mqa-fp16")]
    [InlineData("demo-llama")]
    public void Greedy_continuations_are_those_of_the_reference(string name)
    {
        using var golden = GoldenModel.Open(name);
        using var scope = NewDisposeScope();
        using var model = Llama.Load(golden.Folder, CPU, ScalarType.Float32, withLogits: true);
        var ids = golden.InputIds.narrow(1, 0, 8);
        for (var step = 0; step < golden.Greedy.shape[1]; step++)
        {
            var logits = model.Logits(model.RunLayers(model.Embed(ids), 0, model.Config.Layers).narrow(1, ids.shape[1] - 1, 1));
            ids = cat([ids, logits.argmax(-1)], 1);
        }

        Assert.Equal(golden.Greedy.data<long>().ToArray(), ids.narrow(1, 8, golden.Greedy.shape[1]).contiguous().data<long>().ToArray());
    }

    /// <summary>Padded positions are not compared: nothing reads them.</summary>
    internal static void AssertClose(Tensor expected, Tensor actual, long[] lengths)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        var largest = expected.abs().max().item<float>();
        for (var row = 0; row < lengths.Length; row++)
        {
            var error = (expected[row].narrow(0, 0, lengths[row]) - actual[row].narrow(0, 0, lengths[row])).abs().max().item<float>();
            Assert.True(error <= Tolerance * largest, $"Row {row}: off by {error}, allowed {Tolerance * largest}.");
        }
    }
}

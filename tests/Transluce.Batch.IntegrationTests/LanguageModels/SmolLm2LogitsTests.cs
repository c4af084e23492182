using Transluce.Batch.LanguageModels;
using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Tokenization;
using static TorchSharp.torch;

namespace Transluce.Batch.IntegrationTests.LanguageModels;

/// <summary>A real model beside the reference implementation.</summary>
public sealed class SmolLm2LogitsTests
{
    [Fact]
    public void Last_logits_are_those_of_the_reference()
    {
        const float tolerance = 2e-4f;
        using var golden = SafetensorsFile.Open(SharedData.Require("golden/smollm2/exemplars.safetensors"));
        using var scope = NewDisposeScope();
        using var model = Llama.Load(ModelFolders.SmolLm2(), CPU, ScalarType.Float32, withLogits: true);
        var expected = golden.Map("last_logits"); // [8, v]
        var ids = golden.Map("input_ids").narrow(0, 0, expected.shape[0]).to(ScalarType.Int64);

        var hidden = model.RunLayers(model.Embed(ids), 0, model.Config.Layers);
        var actual = model.Logits(hidden.narrow(1, ids.shape[1] - 1, 1)).squeeze(1);

        var largest = expected.abs().max().item<float>();
        var error = (expected - actual).abs().max().item<float>();
        Assert.True(error <= tolerance * largest, $"Off by {error}; largest {largest}.");
    }
}

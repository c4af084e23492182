using TorchSharp;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.LanguageModels;

public sealed class LlamaTests
{
    private const string Grouped = "llama-gqa-rope3";

    [Theory]
    [InlineData("llama-gqa-rope3")]
    [InlineData("llama-mha-tied")]
    [InlineData("llama-mqa-fp16")]
    public void A_prefix_computed_once_changes_nothing(string name)
    {
        const int prefixLength = 5;
        using var golden = GoldenModel.Open(name);
        using var scope = NewDisposeScope();
        using var model = Llama.Load(golden.Folder, CPU, ScalarType.Float32);
        var ids = golden.InputIds.clone();
        ids.narrow(1, 0, prefixLength).copy_(ids.narrow(0, 0, 1).narrow(1, 0, prefixLength).expand(ids.shape[0], -1));

        var whole = new List<Tensor>();
        var hidden = model.RunLayers(model.Embed(ids), 0, model.Config.Layers, sink: (_, activations) => whole.Add(activations.clone().DetachFromDisposeScope()));

        var prefixActivations = new List<Tensor>();
        using var prefix = model.ComputePrefix(ids[0].data<long>().Take(prefixLength).Select(id => (int)id).ToArray(), sink: (_, activations) => prefixActivations.Add(activations.clone().DetachFromDisposeScope()));
        var after = new List<Tensor>();
        var continued = model.RunLayers(model.Embed(ids.narrow(1, prefixLength, ids.shape[1] - prefixLength)), 0, model.Config.Layers, prefix, (_, activations) => after.Add(activations.clone().DetachFromDisposeScope()));

        Assert.Equal(prefixLength, prefix.Length);
        AssertEqual(hidden.narrow(1, prefixLength, ids.shape[1] - prefixLength), continued);
        foreach (var (layer, activations) in whole.Index())
        {
            AssertEqual(activations.narrow(0, 0, 1).narrow(1, 0, prefixLength), prefixActivations[layer]);
            AssertEqual(activations.narrow(1, prefixLength, ids.shape[1] - prefixLength), after[layer]);
        }
    }

    [Fact]
    public void Some_layers_alone_continue_from_the_stream_of_those_before()
    {
        using var golden = GoldenModel.Open(Grouped);
        using var scope = NewDisposeScope();
        using var whole = Llama.Load(golden.Folder, CPU, ScalarType.Float32);
        using var part = Llama.Load(golden.Folder, CPU, ScalarType.Float32, firstLayer: 1, layerCount: 2);
        int[] prefixIds = [3, 1, 4, 1, 5];
        var prefixHidden = whole.RunLayers(whole.Embed(tensor(prefixIds.Select(id => (long)id).ToArray()).unsqueeze(0)), 0, 1);
        using var wholePrefix = whole.ComputePrefix(prefixIds);
        using var partPrefix = part.ComputePrefix(prefixIds, prefixHidden);

        var atFirst = whole.RunLayers(whole.Embed(golden.InputIds), 0, 1, wholePrefix);
        var layers = new List<int>();
        var expected = whole.RunLayers(atFirst, 1, 2, wholePrefix);
        var actual = part.RunLayers(atFirst, 1, 2, partPrefix, (layer, _) => layers.Add(layer));

        Assert.Equal([1, 2], layers);
        AssertEqual(expected, actual);
        Assert.Throws<ArgumentOutOfRangeException>(() => part.RunLayers(atFirst, 0, 1));
        Assert.Throws<ArgumentException>(() => part.ComputePrefix(prefixIds));
    }

    [Fact]
    public void The_stream_given_is_not_changed_and_two_passes_agree_in_every_bit()
    {
        using var golden = GoldenModel.Open("demo-llama");
        using var scope = NewDisposeScope();
        using var model = Llama.Load(golden.Folder, CPU, ScalarType.Float32);
        var hidden = model.Embed(golden.InputIds);
        var before = hidden.clone();

        var first = model.RunLayers(hidden, 0, model.Config.Layers);
        var second = model.RunLayers(hidden, 0, model.Config.Layers, sink: (_, _) => { });

        Assert.True(hidden.equal(before).all().item<bool>());
        Assert.Equal(first.data<float>().ToArray(), second.data<float>().ToArray());
    }

    [Fact]
    public void Rows_of_a_batch_larger_than_a_chunk_do_not_influence_each_other()
    {
        using var golden = GoldenModel.Open(Grouped);
        using var scope = NewDisposeScope();
        using var model = Llama.Load(golden.Folder, CPU, ScalarType.Float32);
        var (rows, tokens) = (golden.InputIds.shape[0], golden.InputIds.shape[1]);
        var copies = (4096 / (rows * tokens)) + 1;

        var once = model.RunLayers(model.Embed(golden.InputIds), 0, model.Config.Layers);
        Tensor? activations = null;
        var often = model.RunLayers(model.Embed(golden.InputIds.repeat(copies, 1)), 0, model.Config.Layers, sink: (_, given) => activations = given.clone().DetachFromDisposeScope());

        AssertEqual(once.repeat(copies, 1, 1), often);
        Assert.Equal([rows * copies, tokens, model.Config.IntermediateSize], activations!.shape);
    }

    [Fact]
    public void Brain_float_follows_float32()
    {
        using var golden = GoldenModel.Open(Grouped);
        using var scope = NewDisposeScope();
        using var exact = Llama.Load(golden.Folder, CPU, ScalarType.Float32, withLogits: true);
        using var brain = Llama.Load(golden.Folder, CPU, ScalarType.BFloat16, withLogits: true);
        var expected = exact.Logits(exact.RunLayers(exact.Embed(golden.InputIds), 0, exact.Config.Layers));
        var dtypes = new List<ScalarType>();
        var hidden = brain.RunLayers(brain.Embed(golden.InputIds), 0, brain.Config.Layers, sink: (_, activations) => dtypes.Add(activations.dtype));
        var actual = brain.Logits(hidden);

        Assert.All(dtypes, dtype => Assert.Equal(ScalarType.BFloat16, dtype));
        var correlation = corrcoef(stack([expected.flatten(), actual.flatten()]))[0, 1].item<float>();
        Assert.InRange(correlation, 0.99f, 1f);
    }

    [Fact]
    public void Nothing_leaks_from_a_pass()
    {
        using var golden = GoldenModel.Open(Grouped);
        using var model = Llama.Load(golden.Folder, CPU, ScalarType.Float32, withLogits: true);
        using var ids = golden.InputIds;
        Pass(); // the rotary tables grow in the first pass
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Pass();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Pass()
        {
            using var embedded = model.Embed(ids);
            using var prefix = model.ComputePrefix([1, 2, 3], sink: (_, _) => { });
            using var hidden = model.RunLayers(embedded, 0, model.Config.Layers, prefix, (_, _) => { });
            using var logits = model.Logits(hidden);
        }
    }

    [Fact]
    public void Loading_and_disposing_leaves_no_tensor_behind()
    {
        using var golden = GoldenModel.Open(Grouped);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Llama.Load(golden.Folder, CPU, ScalarType.Float32, withLogits: true).Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void More_tokens_than_the_model_has_positions_are_refused()
    {
        using var golden = GoldenModel.Open("llama-mha-tied");
        using var scope = NewDisposeScope();
        using var model = Llama.Load(golden.Folder, CPU, ScalarType.Float32);
        using var prefix = model.ComputePrefix([1, 2]);
        var ids = zeros([1, model.Config.MaximumPositions - 1], ScalarType.Int64);

        var error = Assert.Throws<ArtifactException>(() => model.RunLayers(model.Embed(ids), 0, 1, prefix));
        Assert.Contains("129", error.Message, StringComparison.Ordinal);
        Assert.Contains("128", error.Message, StringComparison.Ordinal);
    }

    private static void AssertEqual(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var error = (expected - actual).abs().max().item<float>();
        Assert.True(error <= 2e-5 * expected.abs().max().item<float>(), $"Off by {error}.");
    }
}

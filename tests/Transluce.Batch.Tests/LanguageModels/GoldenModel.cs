using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.LanguageModels;

/// <summary>A model folder with what another implementation computes of it.</summary>
internal sealed class GoldenModel : IDisposable
{
    private readonly SafetensorsFile expected;

    private GoldenModel(string folder, string expectedFile)
    {
        Folder = folder;
        expected = SafetensorsFile.Open(expectedFile);
    }

    public string Folder { get; }

    public Tensor InputIds => expected.Map("input_ids");

    public long[] Lengths => expected.Map("lengths").data<long>().ToArray();

    public Tensor Logits => expected.Map("logits");

    public Tensor Greedy => expected.Map("greedy");

    public Tensor Mlp(int layer) => expected.Map($"mlp.{layer}");

    public static GoldenModel Open(string name) => name == "demo-llama"
        ? new GoldenModel(SharedData.Require("models/demo-llama"), SharedData.Require("golden/demo-llama-expected.safetensors"))
        : new GoldenModel(SharedData.Require($"golden/{name}"), SharedData.Require($"golden/{name}/expected.safetensors"));

    public void Dispose() => expected.Dispose();
}

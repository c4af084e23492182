using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    private static readonly string Folder = Path.Combine(SharedData.RepositoryRoot, "pipeline-config");

    public static TheoryData<string> BundledFiles => [.. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(BundledFiles))]
    public void Bundled_files_are_valid(string file) =>
        Assert.Equal(BundledConfig.IsEvalReprocessing(file) ? "eval-reprocessing" : "neuron-labelling", BundledConfig.Read(file)["job"]!.GetValue<string>());

    [Theory]
    [MemberData(nameof(BundledFiles))]
    public void A_configuration_survives_the_plan(string file)
    {
        var json = BundledConfig.Read(file);
        Assert.Equal(json.ToJsonString(), BundledConfig.Again(file, json).ToJsonString());
    }

    [Fact]
    public void Values_arrive_and_defaults_stay()
    {
        var config = ReadText("""
            job: neuron-labelling
            model: { path: model, dtype: bfloat16, chatFormat: chatml }
            corpus:
              sources: [ { path: a.jsonl, format: plain-text, weight: 0.5 } ]
              sequences: { train: 7 }
              controls: { train: 7, valid: 20, test: 20 }
            exemplars: { quantiles: [1e-3, 0.5, .75] }
            """);
        Assert.Equal(DtypeChoice.BFloat16, config.Model.Dtype);
        Assert.Equal(ChatFormatName.ChatMl, config.Model.ChatFormat);
        Assert.Equal(SourceFormat.PlainText, Assert.Single(config.Corpus.Sources).Format);
        Assert.Equal(new SplitSizes(7, 20_000, 20_000), config.Corpus.Sequences);
        Assert.Equal([1e-3, 0.5, 0.75], config.Exemplars.Quantiles);
        Assert.Equal(new ExemplarOptions().K, config.Exemplars.K);
        Assert.Equal("store", config.Store);
    }

    private static NeuronLabellingConfig ReadText(string yaml)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, yaml);
            return ConfigurationReader.Read<NeuronLabellingConfig>(file).Value;
        }
        finally
        {
            File.Delete(file);
        }
    }
}

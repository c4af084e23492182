using System.Globalization;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Jobs;
using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Explanation;

namespace Transluce.Batch.IntegrationTests.Jobs;

/// <summary>The whole job on a model built to fire by known rules.</summary>
public sealed class PlantedModelTests(ITestOutputHelper output)
{
    [Fact]
    public void The_whole_job_states_the_rules_that_a_model_was_built_with()
    {
        using var folder = new TemporaryFolder();
        var windows = DemoVocabulary.Windows(1000, 64);
        PlantedNeuron[] planted = [.. PlantedNeuron.Draw(90, windows, new Random(23)).Select(neuron => PlantedModel.IsBigram(neuron) ? new PlantedNeuron([neuron.Rules[0]]) : neuron)];
        new PlantedModel(planted).Write(Path.Combine(folder.Path, "model"));
        var config = Path.Combine(folder.Path, "neurons.yaml");
        File.WriteAllText(config, $$"""
            job: neuron-labelling
            store: {{folder.Path}}/store
            model: { path: model, dtype: float32 }
            corpus:
              sources: [ { path: {{SharedData.RepositoryRoot}}/pipeline-config/demo/corpus/web.jsonl } ]
              prefix: bos
              sequenceLength: 64
              sequences: { train: 2000, valid: 300, test: 300 }
              controls: { train: 1500, valid: 100, test: 100 }
            exemplars: { k: 20, tracedRanks: 20 }
            explanation: { layersPerGroup: 1 }
            """);
        var (code, text) = TinyJob.Start("run", config);
        Assert.True(code == ExitCode.Done, text);

        using var store = new FileSystemStore(Path.Combine(folder.Path, "store"));
        var run = Path.GetFileName(Directory.GetDirectories(Path.Combine(folder.Path, "store", "runs")).Single());
        var descriptions = new ArtifactReader(store, "select", RunPlan.Load(store, run)["select"].Key).Read<DescriptionRow>().ToDictionary(row => (row.Neuron, row.Polarity));
        var parser = new DescriptionParser(DemoVocabulary.Value);
        var (met, missed, invented) = (0, 0, 0);
        for (var neuron = 0; neuron < planted.Length; neuron++)
        {
            var row = descriptions[(neuron, PlantedModel.Polarity(neuron))];
            var said = parser.Parse(row.Text).Rules.Select(Identity).ToHashSet();
            var wanted = planted[neuron].Rules.Select(Identity).ToHashSet();
            (met, missed, invented) = (met + said.Count(wanted.Contains), missed + wanted.Count(rule => !said.Contains(rule)), invented + said.Count(rule => !wanted.Contains(rule)));
            if (!said.SetEquals(wanted))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{neuron}: {DescriptionText.Write(planted[neuron].Rules, DemoVocabulary.Value, 512).Text} -> {row.Text} ({row.Score:F3}; {row.FailureReason})"));
            }

            // The other polarity never fires.
            Assert.Equal("", descriptions[(neuron, -PlantedModel.Polarity(neuron))].Text);
        }

        var f1 = 2.0 * met / ((2 * met) + missed + invented);
        output.WriteLine($"{met} rules met, {missed} missed, {invented} invented: F1 = {f1:F3}");
        Assert.True(f1 >= 0.95, $"F1 = {f1:F3}: {met} met, {missed} missed, {invented} invented");
    }

    private static (RuleKind Kind, string Tokens, int Family) Identity(DescriptionRule rule) => (rule.Kind, string.Join(' ', rule.Tokens), rule.Family);
}

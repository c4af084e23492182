using System.CommandLine;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary><c>neuron LAYER INDEX</c>: everything a run knows about one neuron.</summary>
internal static class NeuronVerb
{
    public static Command Create(Terminal terminal)
    {
        var layer = new Argument<int>("layer") { Description = "Layer, from 0.", HelpName = "LAYER" };
        var index = new Argument<int>("index") { Description = "Neuron within the layer, from 0.", HelpName = "INDEX" };
        var polarity = new Option<int?>("--polarity") { Description = "1: largest activations; -1: smallest. Without it both.", HelpName = "1|-1" };
        polarity.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value is not ("1" or "+1" or "-1"))
            {
                result.AddError($"--polarity is '{token.Value}'; expected 1 or -1.");
            }
        });
        var split = new Option<Split>("--split") { Description = "Split whose exemplars are shown.", HelpName = "train|valid|test", DefaultValueFactory = _ => Split.Train };
        var exemplars = new Option<int>("--exemplars") { Description = "Exemplars shown per polarity.", HelpName = "N", DefaultValueFactory = _ => 10 };
        var config = new Option<string?>("--config") { Description = "A YAML file: its store is read instead of --store.", HelpName = "CONFIG" };
        var (store, run) = (VerbArguments.Store(), VerbArguments.Run());
        var command = new Command("neuron", "Shows exemplars with shaded tokens, statistics, description and scores of one neuron.") { layer, index, polarity, split, exemplars, config, store, run };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(config) is { } file ? ConfigurationReader.Read<NeuronLabellingConfig>(file).Value.Store : parsed.GetRequiredValue(store);
            var wanted = new NeuronChoice(parsed.GetRequiredValue(layer), parsed.GetRequiredValue(index), parsed.GetValue(polarity), parsed.GetRequiredValue(split), parsed.GetRequiredValue(exemplars));
            return Run(folder, parsed.GetValue(run), wanted, terminal);
        });
        return command;
    }

    private static int Run(string folder, string? runId, NeuronChoice wanted, Terminal terminal)
    {
        using var store = VerbArguments.OpenStore(folder);
        var tables = RunTables.Open(store, runId);
        KeyRange[] neuron = [new("layer", wanted.Layer, wanted.Layer), new("neuron", wanted.Index, wanted.Index)];
        var statistics = tables.Of(StageNames.MergeExemplars).Read<NeuronStatisticsRow>(neuron).FirstOrDefault(row => row.Split == Split.Train)
            ?? throw new ArtifactException($"Run '{tables.Plan.RunId}' has no layer {wanted.Layer}, neuron {wanted.Index}; {tables.ModelSize()}.");
        var scores = tables.Of(StageNames.Score).Read<ScoreRow>(neuron).ToArray();
        var reports = tables.Of(StageNames.Select).Read<DescriptionRow>(neuron)
            .Where(row => wanted.Polarity is null || row.Polarity == wanted.Polarity)
            .OrderByDescending(row => row.Polarity)
            .Select(row => new NeuronReport(
                row,
                [.. scores.Where(score => score.Polarity == row.Polarity)],
                tables.Exemplars(row.Layer, row.Neuron, row.Polarity, wanted.Split, wanted.Exemplars)));
        NeuronPage.Write(terminal, statistics, [.. reports]);
        return ExitCode.Done;
    }

    private sealed record NeuronChoice(int Layer, int Index, int? Polarity, Split Split, int Exemplars);
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons;

/// <summary>Everything a neuron-labelling run can be told. One YAML file holds it; every default stands here and nowhere else.</summary>
public sealed record NeuronLabellingConfig : IValidatableObject
{
    [Description("What this file configures; always 'neuron-labelling'.")]
    [RegularExpression("neuron-labelling", ErrorMessage = "'neuron-labelling' or 'eval-reprocessing'")]
    public required string Job { get; init; }

    [Description("Folder of the artifact store, relative to the working directory.")]
    public string Store { get; init; } = "store";

    [Description("The subject model and how it computes.")]
    public required ModelOptions Model { get; init; }

    [Description("The corpus and how windows are cut from it.")]
    public required CorpusOptions Corpus { get; init; }

    [Description("How exemplars and statistics are collected.")]
    public ExemplarOptions Exemplars { get; init; } = new();

    [Description("The token-pattern explainer.")]
    public ExplanationOptions Explanation { get; init; } = new();

    [Description("How descriptions and patterns are scored.")]
    public ScoringOptions Scoring { get; init; } = new();

    [Description("Where and how shards run; changes no artifact.")]
    public ExecutionOptions Execution { get; init; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var kept = Math.Min(Exemplars.K, Exemplars.TracedRanks);
        if (Scoring.Exemplars > kept)
        {
            yield return new($"{Scoring.Exemplars} exemplars are to be scored, but only {kept} are kept with their activations; expected at most exemplars.k and exemplars.tracedRanks", ["scoring.exemplars"]);
        }

        var controls = Math.Min(Corpus.Controls.Valid, Corpus.Controls.Test);
        if (Scoring.Controls > controls)
        {
            yield return new($"{Scoring.Controls} controls are to be drawn, but a pool holds {controls}; expected at most corpus.controls.valid and corpus.controls.test", ["scoring.controls"]);
        }
    }
}

/// <summary>The subject model and how it computes.</summary>
public sealed record ModelOptions
{
    [Description("Hugging Face folder, relative to this file, or the name of a model in the local Hugging Face cache (for example 'meta-llama/Llama-3.1-8B-Instruct').")]
    public required string Path { get; init; }

    [Description("'cpu', 'cuda' or 'cuda:N'.")]
    [RegularExpression("cpu|cuda(:[0-9]{1,3})?", ErrorMessage = "'cpu', 'cuda' or 'cuda:N' such as 'cuda:1'")]
    public string Device { get; init; } = "cpu";

    [Description("'auto' measures once per run which of the two is faster here.")]
    public DtypeChoice Dtype { get; init; } = DtypeChoice.Auto;

    [Description("Chat format; needed only where the folder's chat template is not recognised.")]
    public LanguageModels.ChatFormatName? ChatFormat { get; init; }

    [Description("Date that Llama 3.1 and later state in their system text; the default is what their template states where it is told none.")]
    [RegularExpression("[0-9A-Za-z .,/-]{1,40}")]
    public string ChatDate { get; init; } = "26 Jul 2024";

    [Description("Intra-op threads; 0 takes every core. Part of the key: sums depend on it.")]
    [Range(0, 1024)]
    public int Threads { get; init; }
}

public enum DtypeChoice
{
    Auto,
    Float32,

    [JsonStringEnumMemberName("bfloat16")]
    BFloat16,
}

/// <summary>The corpus and how windows are cut from it.</summary>
public sealed record CorpusOptions : IValidatableObject
{
    [Description("Where documents come from.")]
    [MinLength(1)]
    public required IReadOnlyList<CorpusSource> Sources { get; init; }

    [Description("Seed of the document shuffle, the split and the control pools.")]
    public int Seed { get; init; } = 54;

    [Description("Tokens per window, prefix included.")]
    [Range(2, 8192)]
    public int SequenceLength { get; init; } = 95;

    [Description("Windows wanted per split. A corpus that runs dry gives fewer and says so.")]
    public SplitSizes Sequences { get; init; } = new(100_000, 20_000, 20_000);

    [Description("Shares of documents per split; they must add up to 1.")]
    public SplitShares Shares { get; init; } = new(1.0 / 3, 1.0 / 3, 1.0 / 3);

    [Description("Random control windows per split, drawn from the split's own windows.")]
    public SplitSizes Controls { get; init; } = new(2_000, 500, 500);

    [Description("'consecutive' cuts a document into window after window; 'random' takes one window at a random place.")]
    public WindowStart Start { get; init; } = WindowStart.Consecutive;

    [Description("What stands in front of web text: the model's chat prefix, its begin-of-text token, or nothing.")]
    public WindowPrefix Prefix { get; init; } = WindowPrefix.Chat;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var sum = Shares.Train + Shares.Valid + Shares.Test;
        if (Math.Abs(sum - 1) > 1e-6)
        {
            yield return new(string.Create(CultureInfo.InvariantCulture, $"train, valid and test add up to {sum:0.######}; expected 1"), ["shares"]);
        }

        foreach (var (split, controls, sequences) in new[]
        {
            ("train", Controls.Train, Sequences.Train),
            ("valid", Controls.Valid, Sequences.Valid),
            ("test", Controls.Test, Sequences.Test),
        })
        {
            if (controls > sequences)
            {
                yield return new($"{controls} controls are to be drawn from {sequences} windows; expected at most as many as sequences.{split}", [$"controls.{split}"]);
            }
        }
    }
}

/// <summary>A number of windows for each split.</summary>
public sealed record SplitSizes(
    [Description("Windows the explainer learns from.")][Range(1, 1_000_000_000)] int Train,
    [Description("Windows on which choices are made.")][Range(1, 1_000_000_000)] int Valid,
    [Description("Windows from which scores are reported.")][Range(1, 1_000_000_000)] int Test)
{
    public int Of(Split split) => split switch { Split.Train => Train, Split.Valid => Valid, _ => Test };
}

/// <summary>The shares of documents that the splits get.</summary>
public sealed record SplitShares(
    [Description("Share of documents in train.")][Range(0.0, 1.0)] double Train,
    [Description("Share of documents in valid.")][Range(0.0, 1.0)] double Valid,
    [Description("Share of documents in test.")][Range(0.0, 1.0)] double Test);

public enum WindowStart
{
    Consecutive,
    Random,
}

public enum WindowPrefix
{
    Chat,
    Bos,
    None,
}

/// <summary>One source of documents.</summary>
public sealed record CorpusSource
{
    [Description("Name in the sequences table; default: the file's name.")]
    public string? Name { get; init; }

    [Description("File, folder or glob, relative to this file.")]
    public required string Path { get; init; }

    [Description("'auto' goes by content: Parquet or JSONL with text, conversation or input_ids; anything else is plain text.")]
    public SourceFormat Format { get; init; } = SourceFormat.Auto;

    [Description("Share of windows from this source, relative to the other weights.")]
    [Range(1e-6, 1e6)]
    public double Weight { get; init; } = 1;
}

public enum SourceFormat
{
    Auto,
    Text,
    Chat,
    PlainText,
    Tokens,
}

/// <summary>How exemplars and statistics are collected.</summary>
public sealed record ExemplarOptions : IValidatableObject
{
    [Description("Exemplars kept per neuron, polarity and split.")]
    [Range(1, 1000)]
    public int K { get; init; } = 100;

    [Description("Ranks whose activations over the whole window are kept.")]
    [Range(0, 1000)]
    public int TracedRanks { get; init; } = 40;

    [Description("'default' leaves special tokens and the constant prefix out of ranking and statistics and removes repeats of a context; 'reference' keeps them, as the published reference system does.")]
    public RankingMode Mode { get; init; } = RankingMode.Default;

    [Description("Keep only the best of windows whose last 8 tokens up to the peak are equal. Off in reference mode.")]
    public bool RemoveRepeats { get; init; } = true;

    [Description("Token quantiles kept; ascending.")]
    public IReadOnlyList<double> Quantiles { get; init; } =
        [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.99, 0.999, 0.9999, 0.99999, 0.999999, 0.9999999, 0.99999999];

    [Description("Windows per batch.")]
    [Range(1, 4096)]
    public int BatchSize { get; init; } = 64;

    [Description("Blocks of the fixed grid per split; a shard is a run of blocks. Part of the key.")]
    [Range(1, 4096)]
    public int Blocks { get; init; } = 64;

    [Description("Shards per split; changes no row.")]
    [Range(1, 4096)]
    public int Shards { get; init; } = 1;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (var i = 0; i < Quantiles.Count; i++)
        {
            var level = Quantiles[i];
            if (level is not (> 0 and < 1))
            {
                yield return new(string.Create(CultureInfo.InvariantCulture, $"{level} is no quantile level; expected a number between 0 and 1, both excluded"), [$"quantiles[{i}]"]);
            }
            else if (i > 0 && level <= Quantiles[i - 1])
            {
                yield return new(string.Create(CultureInfo.InvariantCulture, $"{level} follows {Quantiles[i - 1]}; expected ascending levels"), [$"quantiles[{i}]"]);
            }
        }

        if (Shards > Blocks)
        {
            yield return new($"{Shards} shards of {Blocks} blocks; expected at most one shard per block", ["shards"]);
        }
    }
}

public enum RankingMode
{
    Default,
    Reference,
}

/// <summary>The token-pattern explainer.</summary>
public sealed record ExplanationOptions
{
    [Description("Layers per shard of explain and score.")]
    [Range(1, 1000)]
    public int LayersPerGroup { get; init; } = 6;

    [Description("Entries of the stored pattern, regression weights counted in.")]
    [Range(1, 100_000)]
    public int PatternEntries { get; init; } = 1000;

    [Description("Characters of a description at most.")]
    [Range(40, 512)]
    public int DescriptionCharacters { get; init; } = 512;

    [Description("Entries of a description at most.")]
    [Range(1, 30)]
    public int DescriptionEntries { get; init; } = 30;
}

/// <summary>How descriptions and patterns are scored.</summary>
public sealed record ScoringOptions
{
    [Description("Top windows per polarity and split.")]
    [Range(1, 1000)]
    public int Exemplars { get; init; } = 20;

    [Description("Control windows per polarity and split, drawn without replacement from the pool.")]
    [Range(1, 1000)]
    public int Controls { get; init; } = 20;

    [Description("Bootstrap resamples of the interval.")]
    [Range(50, 10_000)]
    public int BootstrapResamples { get; init; } = 400;

    [Description("Seed of control draws, bootstrap and the null permutation.")]
    public int Seed { get; init; } = 64;
}

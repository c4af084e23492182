using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Pipeline;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Writes the coordinates of every vocabulary token that pattern regressions read.</summary>
public sealed class TokenFeaturesStage(SubjectModel model, Stage sequences, ExemplarOptions exemplars) : Stage
{
    private readonly RankingRules rules = RankingRules.From(exemplars, model.SpecialIds);

    public override string Name => "token-features";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(TokenFeatureRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(sequences, IgnoresSharding: true)];

    public override JsonObject Options => new() { ["dimensions"] = RegressionFeatures.TokenDimensions, ["rules"] = rules.ToJson() };

    public override IReadOnlyDictionary<string, string> Fingerprints => model.Fingerprints;

    public override JsonObject? Numerics => (JsonObject)model.Numerics.DeepClone();

    public override int ShardCount => 1;

    public override bool UsesAllCores => true;

    public override StageEstimate Estimate() => new(0, (long)model.Config.VocabularySize * RegressionFeatures.TokenDimensions * sizeof(float), 2);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var windows = shard.Input(sequences).Read<SequenceRow>()
            .Where(row => row.Split == Split.Train && row.ControlRank >= 0)
            .Select(row => new TokenWindow(row.TokenIds, rules.PrefixLength(row)))
            .ToArray();
        using var llama = model.Load(0, 0);
        using var scope = NewDisposeScope();
        using var ids = tensor(Enumerable.Range(0, llama.Config.VocabularySize).Select(id => (long)id).ToArray(), device: llama.Device).unsqueeze(0);
        var (coordinates, width) = TokenPrincipalComponents.Compute(llama.Embed(ids).squeeze(0), windows);
        var table = shard.Table<TokenFeatureRow>();
        for (var token = 0; token < llama.Config.VocabularySize; token++)
        {
            table.Write(new TokenFeatureRow(token, coordinates[(token * width)..((token + 1) * width)]));
        }
    }

    /// <summary>Reads the table back.</summary>
    public static RegressionFeatures Read(ArtifactReader artifact)
    {
        var rows = artifact.Read<TokenFeatureRow>().ToArray();
        if (rows.Length == 0 || rows.Any(row => row.Values.Length != rows[0].Values.Length) || rows.Where((row, i) => row.TokenId != i).Any())
        {
            throw new ArtifactException($"token_features of artifact {artifact.Key} does not hold every token once with equally many coordinates; run token-features again.");
        }

        return new RegressionFeatures([.. rows.SelectMany(row => row.Values)], rows[0].Values.Length);
    }
}

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Predicts activations from the rules of a description: the levels of all rules that fit add up, and a sum below zero counts as zero. Units are the description's own (0 … 100 and more).</summary>
public sealed class DescriptionSimulator
{
    private readonly TokenVocabulary vocabulary;
    private readonly Dictionary<ulong, float>[] contexts = [[], [], []];
    private readonly Dictionary<int, float> after = [];
    private readonly float[] families = new float[TokenFamily.All.Count];
    private readonly float[] afterFamilies = new float[TokenFamily.All.Count];
    private readonly bool[] lengths = new bool[Context.MaximumLength];
    private readonly bool anyFamily;
    private readonly bool anyAfterFamily;

    public DescriptionSimulator(IReadOnlyList<DescriptionRule> rules, TokenVocabulary vocabulary)
    {
        this.vocabulary = vocabulary;
        foreach (var rule in rules)
        {
            switch (rule.Kind)
            {
                case RuleKind.Tokens:
                    var ids = rule.Tokens;
                    var context = Context.Shorten(Context.Pack(ids[^1], ids.Length > 1 ? ids[^2] : 0, ids.Length > 2 ? ids[^3] : 0), ids.Length);
                    contexts[ids.Length - 1][context] = contexts[ids.Length - 1].GetValueOrDefault(context) + rule.Level;
                    lengths[ids.Length - 1] = true;
                    break;
                case RuleKind.After:
                    after[rule.Tokens[0]] = after.GetValueOrDefault(rule.Tokens[0]) + rule.Level;
                    break;
                case RuleKind.Family:
                    families[rule.Family] += rule.Level;
                    anyFamily = true;
                    break;
                default:
                    afterFamilies[rule.Family] += rule.Level;
                    anyAfterFamily = true;
                    break;
            }
        }
    }

    /// <summary>Writes one prediction per token from <see cref="TokenWindow.First"/> on.</summary>
    public void Simulate(TokenWindow window, Span<float> predicted)
    {
        for (var position = window.First; position < window.TokenIds.Length; position++)
        {
            var context = Context.Of(window, position);
            var sum = 0f;
            for (var length = 1; length <= Context.MaximumLength; length++)
            {
                if (lengths[length - 1] && contexts[length - 1].TryGetValue(Context.Shorten(context, length), out var level))
                {
                    sum += level;
                }
            }

            var previous = window.At(position, 1);
            if (after.Count > 0 && after.TryGetValue(previous, out var following))
            {
                sum += following;
            }

            sum += anyFamily ? Sum(families, window.TokenIds[position]) : 0;
            sum += anyAfterFamily ? Sum(afterFamilies, previous) : 0;
            predicted[position - window.First] = Math.Max(sum, 0);
        }
    }

    private float Sum(float[] levels, int token)
    {
        var sum = 0f;
        foreach (var family in vocabulary.FamiliesOf(token))
        {
            sum += levels[family];
        }

        return sum;
    }
}

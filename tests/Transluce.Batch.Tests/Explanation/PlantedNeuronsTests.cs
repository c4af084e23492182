using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

/// <summary>What the explainer says of neurons whose rules are known.</summary>
public sealed class PlantedNeuronsTests(ITestOutputHelper output)
{
    [Fact]
    public void Descriptions_state_the_planted_rules_and_hardly_any_other()
    {
        var windows = DemoVocabulary.Windows(1000, 64);
        var index = ContextIndex.Build(PlacedWindow.InOrder(windows));
        var sums = new PolaritySums(index);
        var fitter = new DescriptionFitter(RuleSpace.Build(index, DemoVocabulary.Value));
        var parser = new DescriptionParser(DemoVocabulary.Value);
        var random = new Random(7);
        var (met, missed, invented) = (0, 0, 0);
        foreach (var planted in PlantedNeuron.Draw(102, windows, random))
        {
            sums.Load(planted.Activations(windows, random), [], 0);
            var text = fitter.Fit(sums, 1, [10, 20, 30], 512)[^1].Text;
            var said = parser.Parse(text).Rules.Select(Identity).ToHashSet();
            var wanted = planted.Rules.Select(Identity).ToHashSet();
            met += said.Count(wanted.Contains);
            missed += wanted.Count(rule => !said.Contains(rule));
            invented += said.Count(rule => !wanted.Contains(rule));
            if (!said.SetEquals(wanted))
            {
                output.WriteLine($"{DescriptionText.Write(planted.Rules, DemoVocabulary.Value, 512).Text}\n  -> {text}");
            }
        }

        var f1 = 2.0 * met / ((2 * met) + missed + invented);
        output.WriteLine($"{met} rules met, {missed} missed, {invented} invented: F1 = {f1:F3}");
        Assert.True(f1 >= 0.95, $"F1 = {f1:F3}: {met} met, {missed} missed, {invented} invented");
    }

    private static (RuleKind Kind, string Tokens, int Family) Identity(DescriptionRule rule) => (rule.Kind, string.Join(' ', rule.Tokens), rule.Family);
}

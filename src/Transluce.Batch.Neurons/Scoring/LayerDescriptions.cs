using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>All candidates of a layer, each rebuilt from its text alone.</summary>
internal sealed class LayerDescriptions
{
    private readonly Dictionary<(int Neuron, int Polarity), List<Candidate>> candidates = [];
    private readonly int[] permutation;

    public LayerDescriptions(IEnumerable<ExplanationRow> rows, TokenVocabulary vocabulary, int neurons, int layer, int seed)
    {
        var parser = new DescriptionParser(vocabulary);
        foreach (var row in rows)
        {
            if (!candidates.TryGetValue((row.Neuron, row.Polarity), out var list))
            {
                candidates[(row.Neuron, row.Polarity)] = list = [];
            }

            list.Add(Read(row, parser, vocabulary));
        }

        permutation = NullPermutation.Of(neurons, layer, seed);
    }

    public IReadOnlyList<Candidate> Of(int neuron, int polarity) => candidates.GetValueOrDefault((neuron, polarity)) ?? [];

    /// <summary>The largest description of the neuron that stands in for this one; neurons without one are passed over along the cycle.</summary>
    public Simulation? NullFor(int neuron, int polarity)
    {
        for (var other = permutation[neuron]; other >= 0 && other != neuron; other = permutation[other])
        {
            if (Of(other, polarity).LastOrDefault(candidate => candidate.Simulate is not null) is { } candidate)
            {
                return candidate.Simulate;
            }
        }

        return null;
    }

    private static Candidate Read(ExplanationRow row, DescriptionParser parser, TokenVocabulary vocabulary)
    {
        if (row.FailureReason is not null)
        {
            return new Candidate(row.Candidate, null, row.FailureReason);
        }

        var (rules, error) = parser.Parse(row.Text);
        return error is null
            ? new Candidate(row.Candidate, new DescriptionSimulator(rules, vocabulary).Simulate, null)
            : new Candidate(row.Candidate, null, $"the text is not in the form that can be simulated: {error}");
    }
}

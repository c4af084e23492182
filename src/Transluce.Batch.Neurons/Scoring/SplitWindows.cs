using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>All windows of one split by sequence id. Memory: four bytes a token of the split.</summary>
internal sealed class SplitWindows
{
    private readonly Dictionary<int, SequenceRow> sequences = [];
    private readonly RankingRules rules;

    public SplitWindows(IEnumerable<SequenceRow> rows, Split split, RankingRules rules)
    {
        this.rules = rules;
        Split = split;
        foreach (var row in rows.Where(row => row.Split == split))
        {
            sequences.Add(row.SequenceId, row);
        }
    }

    public Split Split { get; }

    /// <summary>The row of a sequence.</summary>
    /// <exception cref="ArtifactException">The exemplars refer to other sequences.</exception>
    public SequenceRow this[int sequenceId] => sequences.TryGetValue(sequenceId, out var row)
        ? row
        : throw new ArtifactException($"An exemplar refers to sequence {sequenceId} of split {Split}, which the sequences table does not have; the artifacts do not belong together: run 'artifacts verify'.");

    public bool IsControl(int sequenceId) => this[sequenceId].ControlRank >= 0;

    /// <summary>An exemplar with its trace as a window to score, or null where it has no trace.</summary>
    public ScoredWindow? Scored(ExemplarRow exemplar)
    {
        if (exemplar.Activations.Length == 0)
        {
            return null;
        }

        var window = new TokenWindow(this[exemplar.SequenceId].TokenIds, exemplar.TraceStart);
        if (window.Length != exemplar.Activations.Length)
        {
            throw new ArtifactException($"The trace of layer {exemplar.Layer}, neuron {exemplar.Neuron}, sequence {exemplar.SequenceId} has {exemplar.Activations.Length} values; expected {window.Length}. The artifacts do not belong together: run 'artifacts verify'.");
        }

        return new ScoredWindow(window, Rectified.Of(exemplar.Activations, exemplar.Polarity), Eligible(window));
    }

    private bool[] Eligible(TokenWindow window)
    {
        var eligible = new bool[window.Length];
        for (var i = 0; i < eligible.Length; i++)
        {
            eligible[i] = rules.IsEligible(window.TokenIds[window.First + i]);
        }

        return eligible;
    }
}

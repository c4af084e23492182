using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Jobs;

/// <summary>What a run found, over all neurons. Memory: five floats a polarity and the best rows; texts are not kept.</summary>
internal sealed class RunSummary
{
    private const int BestNeurons = 10;

    /// <summary>Ascending, so that the worst of the best goes first; the later neuron loses a tie.</summary>
    private readonly PriorityQueue<DescriptionRow, (float Score, int Layer, int Neuron)> best = new();

    private RunSummary() { }

    public int Polarities { get; private set; }

    public int Described { get; private set; }

    public int DeadNeurons { get; private set; }

    /// <summary>Reason → polarities without a description or a score.</summary>
    public SortedDictionary<string, int> Failures { get; } = new(StringComparer.Ordinal);

    public ScoreDistribution Descriptions { get; } = new();

    public ScoreDistribution Patterns { get; } = new();

    public ScoreDistribution Nulls { get; } = new();

    public ScoreDistribution PoolLookups { get; } = new();

    public ScoreDistribution ExemplarLookups { get; } = new();

    /// <summary>The polarity with the highest score of each of the best neurons, best first.</summary>
    public IReadOnlyList<DescriptionRow> Best { get; private set; } = [];

    /// <summary>Both tables sorted by key, as they are stored.</summary>
    public static RunSummary Of(IEnumerable<DescriptionRow> descriptions, IEnumerable<ScoreRow> scores)
    {
        var summary = new RunSummary();
        DescriptionRow? strongest = null;
        foreach (var row in descriptions)
        {
            summary.Add(row);
            if (strongest is not null && (strongest.Layer, strongest.Neuron) != (row.Layer, row.Neuron))
            {
                summary.Offer(strongest);
                strongest = null;
            }

            strongest = row.Score is { } score && !(strongest?.Score >= score) ? row : strongest;
        }

        summary.Offer(strongest);
        summary.Best = [.. summary.best.UnorderedItems
            .OrderByDescending(item => item.Element.Score).ThenBy(item => item.Element.Layer).ThenBy(item => item.Element.Neuron)
            .Select(item => item.Element)];
        summary.AddBaselines(scores);
        return summary;
    }

    private void Add(DescriptionRow row)
    {
        Polarities++;
        Described += row.Candidate >= 0 ? 1 : 0;
        DeadNeurons += row is { Dead: true, Polarity: > 0 } ? 1 : 0;
        Descriptions.Add(row.Score);
        Patterns.Add(row.PatternScore);
        Nulls.Add(row.NullScore);
        if (row.FailureReason is { } reason)
        {
            Failures[reason] = Failures.GetValueOrDefault(reason) + 1;
        }
    }

    private void Offer(DescriptionRow? row)
    {
        if (row?.Score is not { } score)
        {
            return;
        }

        best.Enqueue(row, (score, -row.Layer, -row.Neuron));
        if (best.Count > BestNeurons)
        {
            best.Dequeue();
        }
    }

    /// <summary>Baselines depend on the windows alone, so one row of a polarity says them all.</summary>
    private void AddBaselines(IEnumerable<ScoreRow> scores)
    {
        (int, int, int)? last = null;
        foreach (var row in scores.Where(row => row is { Scorer: "simulation", Split: Split.Test } && (row.PoolLookupCorrelation ?? row.ExemplarLookupCorrelation) is not null))
        {
            if (last != (row.Layer, row.Neuron, row.Polarity))
            {
                last = (row.Layer, row.Neuron, row.Polarity);
                PoolLookups.Add(row.PoolLookupCorrelation);
                ExemplarLookups.Add(row.ExemplarLookupCorrelation);
            }
        }
    }
}

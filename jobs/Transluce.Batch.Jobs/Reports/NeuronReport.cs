using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Jobs;

/// <summary>Everything a run knows about one polarity of one neuron.</summary>
internal sealed record NeuronReport(
    DescriptionRow Description,
    IReadOnlyList<ScoreRow> Scores,
    IReadOnlyList<ShownExemplar> Exemplars);

/// <summary>An exemplar with the text of its window.</summary>
/// <param name="Row">The exemplar.</param>
/// <param name="Source">Source of the window.</param>
/// <param name="Texts">One text per token of the window.</param>
/// <param name="Activations">Rectified activation per token; 0 where none was kept.</param>
/// <param name="Start">First token to show: the constant prefix says nothing, unless the peak lies in it.</param>
internal sealed record ShownExemplar(ExemplarRow Row, string Source, string[] Texts, float[] Activations, int Start);

namespace Transluce.Batch.Artifacts;

/// <summary>One candidate description of one polarity of a neuron.</summary>
/// <param name="Layer">Layer of the MLP.</param>
/// <param name="Neuron">Index within the layer.</param>
/// <param name="Polarity">+1 or -1.</param>
/// <param name="Candidate">0, 1, 2 … per polarity.</param>
/// <param name="Text">At most 512 characters; empty where <paramref name="FailureReason"/> is set.</param>
/// <param name="Explainer">Who wrote it, for example <c>token-pattern</c>.</param>
/// <param name="PromptHash">SHA-256 of the prompt of a language-model explainer, else null.</param>
/// <param name="ExemplarRanks">Ranks of the train exemplars it was made from.</param>
/// <param name="Entries">Entries the text states.</param>
/// <param name="TokensUsed">Language-model tokens spent (0 for the token-pattern explainer).</param>
/// <param name="FailureReason">Why there is no description, or null.</param>
[Table("explanations", 1)]
public sealed record ExplanationRow(
    [property: Key] int Layer,
    [property: Key] int Neuron,
    [property: Key] int Polarity,
    [property: Key] int Candidate,
    string Text,
    string Explainer,
    string? PromptHash,
    int[] ExemplarRanks,
    int Entries,
    int TokensUsed,
    string? FailureReason);

namespace Transluce.Batch.Jobs;

/// <summary>One thing that <c>doctor</c> looked at.</summary>
/// <param name="Level">Whether a run can start with it.</param>
/// <param name="Subject">What was looked at, in a word or two.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Advice">What to do; null where nothing is to be done.</param>
internal sealed record Finding(FindingLevel Level, string Subject, string Detail, string? Advice = null);

internal enum FindingLevel
{
    Fine,
    Worse,
    Failed,
}

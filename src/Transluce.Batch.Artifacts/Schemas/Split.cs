namespace Transluce.Batch.Artifacts;

/// <summary>Documents, never windows, are divided among the splits: the explainer learns from Train, choices are made on Valid, reports come from Test.</summary>
public enum Split
{
    Train,
    Valid,
    Test,
}

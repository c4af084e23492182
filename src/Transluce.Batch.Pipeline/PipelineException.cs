using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>A job that cannot start: its stages do not fit together, or a plan does not fit this program or machine.</summary>
public sealed class PipelineException(string message) : ArtifactException(message);

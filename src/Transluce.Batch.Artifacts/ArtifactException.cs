namespace Transluce.Batch.Artifacts;

/// <summary>Bad input or a damaged artifact. The message says what failed, the value, what was expected and what to do next; it is shown without a stack trace.</summary>
public class ArtifactException : Exception
{
    public ArtifactException(string message) : base(message) { }

    public ArtifactException(string message, Exception inner) : base(message, inner) { }
}

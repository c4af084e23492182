namespace Transluce.Batch.Transcripts;

/// <summary>The key of a service: from the environment alone, and out of every message. A service may repeat in an error what it was sent.</summary>
internal sealed class ServiceKey
{
    // Shorter than any key; replacing so little would only garble messages.
    private const int Shortest = 4;

    private readonly string? value;

    /// <param name="variable">Name of the environment variable.</param>
    public ServiceKey(string variable) => (Variable, value) = (variable, Environment.GetEnvironmentVariable(variable) is { Length: > 0 } found ? found : null);

    public string Variable { get; }

    /// <summary>What to send; services without keys do not look at it.</summary>
    public string ValueToSend => value ?? "none";

    /// <summary>A message of a service on one line, without the key.</summary>
    public string Redact(string message)
    {
        var line = message.ReplaceLineEndings(" ").Trim();
        return value is { Length: >= Shortest } ? line.Replace(value, "(key)", StringComparison.Ordinal) : line;
    }
}

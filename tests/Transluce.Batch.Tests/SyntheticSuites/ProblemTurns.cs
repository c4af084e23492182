namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Short forms for writing problems down.</summary>
internal static class ProblemTurns
{
    public static SyntheticTurn Bash(string[] said, string[] calls, string[] outputs) => new("bash", said, calls, outputs);

    public static SyntheticTurn Tool(string tool, string[] said, string[] calls, string[] outputs, string? errorType = null) => new(tool, said, calls, outputs, errorType);
}

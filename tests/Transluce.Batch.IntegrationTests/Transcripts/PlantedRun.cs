namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>A run and the truth about it.</summary>
internal sealed record PlantedRun(string AgentRunId, string Category, int Messages, double? Score, IReadOnlyList<int> EvidenceBlocks)
{
    private const string Clean = "clean";

    public bool Planted => IsProblem(Category);

    public static bool IsProblem(string category) => category != Clean;
}

/// <summary>How many of a category's runs, of those there is room for, are among the first candidates of a question about it.</summary>
internal sealed record QuestionRecall(string Category, string Text, int Relevant, double Share);

using System.Globalization;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Questions;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>
/// Retrieval alone, on problems planted by others; how the recipe came about stands in the README of Questions. What is printed is the figure; what is asserted lies below it,
/// because 8-bit kernels, and so the vectors of the model, differ between processors.
/// </summary>
public sealed class PlantedQuestionTests(PlantedA planted, ITestOutputHelper output) : IClassFixture<PlantedA>
{
    private static readonly Dictionary<string, string[]> Paraphrases = new()
    {
        ["missing_tool"] = ["a needed executable does not exist on the machine", "the shell does not know the command", "a utility the agent wants is absent from the system"],
        ["missing_library"] = ["an import of a Python module fails", "a Python package the script depends on is absent", "the interpreter lacks a dependency"],
        ["empty_output"] = ["a command prints no output although it should", "the tool's answer is blank", "no result comes back from a correct script"],
        ["wrong_path"] = ["a file does not exist in the directory where the agent expects it", "the agent opens a file in the wrong folder", "no such file or directory"],
        ["timeout"] = ["a connection to a server times out", "a download hangs and never finishes", "the network host is slow and does not respond"],
        ["loop"] = ["the assistant is stuck doing the same thing over and over", "an identical command is executed again and again", "no progress: the agent keeps retrying without changing anything"],
    };

    [Fact]
    public void The_category_texts_find_their_runs_among_the_first_ten()
        => Assert.InRange(MeanRecall(10, planted.Shard is null ? [] : planted.Categories.Select(c => (c.Key, c.Value))), 0.74, 1);

    [Fact]
    public void Paraphrases_find_their_runs_among_the_first_twenty()
        => Assert.True(MeanRecall(20, Paraphrases.SelectMany(p => p.Value.Select(text => (p.Key, text)))) >= 0.7);

    private double MeanRecall(int first, IEnumerable<(string Category, string Text)> questions)
    {
        var shard = planted.Shard;
        var asked = questions.Select((q, number) => (q.Category, Question: new Question { Id = number.ToString("00", CultureInfo.InvariantCulture), Text = q.Text })).ToList();
        shard.Run(new QuestionStage(planted.Partitions, planted.Resolve, planted.Model, [.. asked.Select(a => a.Question)], new QuestionOptions()));
        var found = shard.Rows<QuestionCandidateRow>().ToLookup(row => row.QuestionId);
        var recalls = new List<double>();
        foreach (var (category, question) in asked)
        {
            var relevant = planted.Runs.Where(run => run.Category == category).Select(run => run.AgentRunId).ToHashSet();
            var hits = found[question.Id].Take(first).Count(row => relevant.Contains(row.AgentRunId));
            recalls.Add(hits / (double)Math.Min(first, relevant.Count));
            output.WriteLine($"recall@{first} {recalls[^1]:F2} of {relevant.Count,2} {category,-16} {question.Text}");
        }

        output.WriteLine($"mean recall@{first} {recalls.Average():F3}");
        return recalls.Average();
    }
}

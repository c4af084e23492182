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
        => Assert.InRange(MeanRecall(10, planted.Suite.Categories), 0.74, 1);

    [Fact]
    public void Paraphrases_find_their_runs_among_the_first_twenty()
        => Assert.True(MeanRecall(20, Paraphrases.SelectMany(p => p.Value.Select(text => (p.Key, text)))) >= 0.7);

    private double MeanRecall(int first, IEnumerable<(string Category, string Text)> questions)
    {
        var recalls = planted.Suite.Recall(questions, new QuestionOptions(), first);
        foreach (var recall in recalls)
        {
            output.WriteLine($"recall@{first} {recall.Share:F2} of {recall.Relevant,2} {recall.Category,-16} {recall.Text}");
        }

        var mean = recalls.Average(recall => recall.Share);
        output.WriteLine($"mean recall@{first} {mean:F3}");
        return mean;
    }
}

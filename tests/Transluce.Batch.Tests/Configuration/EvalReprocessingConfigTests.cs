using System.ComponentModel.DataAnnotations;
using Transluce.Batch.Transcripts;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Labelling;
using Transluce.Batch.Transcripts.Questions;

namespace Transluce.Batch.Tests.Configuration;

public sealed class EvalReprocessingConfigTests
{
    private static readonly ChatOptions Chat = new() { Endpoint = "http://localhost:1/v1", Model = "toy" };

    [Fact]
    public void What_a_chat_model_is_to_be_shown_must_be_kept_by_the_stage_before()
    {
        var plain = new EvalReprocessingConfig { Job = "eval-reprocessing", Suite = new SuiteOptions { Path = "suite" } };

        Assert.Empty(Errors(plain with { Label = new LabelOptions { Chat = Chat }, Reading = new ReadingOptions { Chat = Chat } }));
        Assert.Empty(Errors(plain with { Label = new LabelOptions { Shown = 30 } }));
        Assert.Contains("raise cluster.outside", Assert.Single(Errors(plain with { Label = new LabelOptions { Chat = Chat, Shown = 30 } })), StringComparison.Ordinal);
        Assert.Empty(Errors(plain with { Label = new LabelOptions { Chat = Chat, Shown = 30 }, Cluster = new ClusterOptions { Outside = 30 } }));
        Assert.Contains("raise search.candidates", Assert.Single(Errors(plain with { Reading = new ReadingOptions { Chat = Chat, Candidates = 60 } })), StringComparison.Ordinal);
        Assert.Empty(Errors(plain with { Reading = new ReadingOptions { Chat = Chat, Candidates = 60 }, Search = new QuestionOptions { Candidates = 60 } }));
    }

    private static string[] Errors(EvalReprocessingConfig config) => [.. config.Validate(new ValidationContext(config)).Select(error => error.ErrorMessage!)];
}

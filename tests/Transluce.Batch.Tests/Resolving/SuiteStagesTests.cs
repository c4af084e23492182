using Transluce.Batch.Jobs;
using Transluce.Batch.Transcripts;
using Transluce.Batch.Transcripts.Labelling;
using Transluce.Batch.Transcripts.Questions;

namespace Transluce.Batch.Tests.Resolving;

public sealed class SuiteStagesTests
{
    [Fact]
    public void A_stage_that_reads_every_log_lists_them_once()
    {
        string[] logs = [.. "abc".Select(digit => new string(digit, 64))];
        var config = new EvalReprocessingConfig
        {
            Job = EvalReprocessing.Name,
            Suite = new SuiteOptions { Path = "suite", Files = [.. logs.Select(log => new PlannedLog { Sha256 = log, Names = [log], Bytes = 1, IsLog = true })] },
            Embed = new EmbedOptions { FittedOn = logs },
            Questions = [new Question { Id = "q", Text = "what failed" }],
            Reading = new ReadingOptions { Chat = new ChatOptions { Endpoint = "http://localhost/v1", Model = "m" } },
        };

        var stages = EvalReprocessing.Stages(config, TimeProvider.System).Where(stage => stage.Partition is null).ToArray();

        Assert.Equal(["fit-lsa", "suite-files", "resolve", "cluster", "label", "find", "read", "surprise"], stages.Select(stage => stage.Name));
        Assert.All(stages, stage => Assert.Same(stage.Inputs, stage.Inputs));
        Assert.All(stages, stage => Assert.InRange(stage.Inputs.Count, 3, 12));
    }
}

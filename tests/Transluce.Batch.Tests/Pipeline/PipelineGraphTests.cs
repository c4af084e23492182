using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Pipeline;

public sealed class PipelineGraphTests
{
    [Fact]
    public void Stages_are_ordered_with_inputs_first()
    {
        var numbers = new NumbersStage(10, 1);

        Assert.Equal(["write-numbers", "sum-digits", "report"], new PipelineGraph(ToyJob.Stages(numbers)).Stages.Select(s => s.Name));
    }

    [Fact]
    public void Every_problem_is_reported_at_once()
    {
        var absent = new EdgeStage("absent");
        var first = new EdgeStage("first", typeof(ToySumRow));
        var second = new EdgeStage("second", typeof(ToySumRow));
        var third = new EdgeStage("third");
        var third2 = new EdgeStage("third");
        var bad = new EdgeStage("Bad Name");
        first.Needs.Add(third);
        third.Needs.Add(second);
        second.Needs.Add(first);
        second.Needs.Add(absent);
        bad.Needs.Add(absent);

        var error = Assert.Throws<PipelineException>(() => new PipelineGraph([first, second, third, third2, bad]));

        Assert.Equal(
            """
            The stages do not fit together:
              - 'Bad Name' is no stage name: it names a folder, so it takes lower-case letters, digits and hyphens
              - 2 stages are named 'third'
              - missing stage 'absent', required by 'Bad Name', 'second'
              - table 'toy_sums' has several writers: 'first', 'second'
              - circular inputs: first -> third -> second -> first
            """,
            error.Message);
    }

    [Fact]
    public void A_stage_that_reads_itself_is_a_cycle()
    {
        var stage = new EdgeStage("loop");
        stage.Needs.Add(stage);

        var error = Assert.Throws<PipelineException>(() => new PipelineGraph([stage]));

        Assert.Contains("circular inputs: loop -> loop", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_stage_is_answered_with_the_known_ones()
    {
        var graph = new PipelineGraph([new EdgeStage("only")]);

        var error = Assert.Throws<PipelineException>(() => graph["other"]);

        Assert.Equal("There is no stage 'other'; the stages are only.", error.Message);
    }
}

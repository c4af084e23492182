using System.Reflection;
using NetArchTest.Rules;
using Transluce.Batch.Tests.Artifacts;

namespace Transluce.Batch.Tests.Architecture;

/// <summary>Who may know whom. References go one way: Jobs → {Neurons, …} → {Pipeline, LanguageModels} → Artifacts.</summary>
public sealed class ReferenceRulesTests
{
    private static readonly string[] Rooms = ["Neurons", "Transcripts", "Publishing", "Spark"];

    private static readonly Assembly[] Product = [.. RowTypes.ProductAssemblies()];

    [Fact]
    public void Artifacts_knows_nobody_of_ours()
        => Assert.Empty(References("Transluce.Batch.Artifacts"));

    [Fact]
    public void LanguageModels_knows_only_Artifacts()
        => Assert.Empty(References("Transluce.Batch.LanguageModels").Except(["Transluce.Batch.Artifacts"]));

    [Fact]
    public void Pipeline_knows_only_Artifacts()
        => Assert.Empty(References("Transluce.Batch.Pipeline").Except(["Transluce.Batch.Artifacts"]));

    [Fact]
    public void Rooms_of_stages_do_not_know_each_other_or_the_program()
    {
        foreach (var room in Rooms.Select(r => "Transluce.Batch." + r).Where(r => Product.Any(a => a.GetName().Name == r)))
        {
            Assert.Empty(References(room).Except(["Transluce.Batch.Artifacts", "Transluce.Batch.LanguageModels", "Transluce.Batch.Pipeline"]));
        }
    }

    [Theory]
    [InlineData("Transluce.Batch.Neurons.Exemplars", "Transluce.Batch.Neurons.Explanation", "Transluce.Batch.Neurons.Scoring")]
    public void A_stage_does_not_know_the_stages_after_it(string stage, params string[] later)
        => RequireSuccess(Types.InAssemblies(Product).That().ResideInNamespaceStartingWith(stage).ShouldNot().HaveDependencyOnAny(later));

    [Theory]
    [InlineData("System.Console")]
    [InlineData("System.CommandLine")]
    [InlineData("Spectre.Console")]
    [InlineData("Hangfire")]
    public void Only_the_program_knows_the_console_and_the_scheduler(string library)
        => RequireSuccess(Types.InAssemblies(Product.Where(a => a.GetName().Name != "transluce-batch")).ShouldNot().HaveDependencyOn(library));

    [Fact]
    public void Only_language_models_and_stages_with_tensor_work_know_TorchSharp()
        => RequireSuccess(Types.InAssemblies(Product.Where(a => a.GetName().Name is not ("Transluce.Batch.LanguageModels" or "Transluce.Batch.Neurons" or "Transluce.Batch.Transcripts")))
            .ShouldNot().HaveDependencyOn("TorchSharp"));

    [Theory]
    [InlineData("Parquet")]
    [InlineData("Snappier")]
    public void Only_Artifacts_knows_how_tables_are_stored(string library)
        => RequireSuccess(Types.InAssemblies(Product.Where(a => a.GetName().Name != "Transluce.Batch.Artifacts")).ShouldNot().HaveDependencyOn(library));

    [Fact]
    public void Only_Artifacts_and_the_reader_of_archives_know_Zstandard()
        => RequireSuccess(Types.InAssemblies(Product.Where(a => a.GetName().Name != "Transluce.Batch.Artifacts"))
            .That().DoNotHaveName("CheckedStream").And().DoNotHaveName("ZipArchiveFile").ShouldNot().HaveDependencyOn("ZstdSharp"));

    [Fact]
    public void The_rules_notice_a_violation()
        => Assert.False(Types.InAssembly(typeof(ReferenceRulesTests).Assembly).ShouldNot().HaveDependencyOn("DuckDB.NET").GetResult().IsSuccessful);

    private static HashSet<string> References(string assembly)
        => [.. Product.Single(a => a.GetName().Name == assembly).GetReferencedAssemblies().Select(r => r.Name!)
            .Where(r => r.StartsWith("Transluce.", StringComparison.Ordinal) || r == "transluce-batch")];

    private static void RequireSuccess(ConditionList rule)
    {
        var result = rule.GetResult();
        Assert.True(result.IsSuccessful, "These types break the rule: " + string.Join(", ", result.FailingTypeNames ?? []));
    }
}

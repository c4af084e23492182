using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Tests.Corpus;

namespace Transluce.Batch.Tests.Exemplars;

public sealed class SubjectModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_that_changed_since_the_plan_is_not_used_and_an_unchanged_one_is()
    {
        foreach (var file in Directory.GetFiles(CorpusRun.DemoModel))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }

        var options = new ModelOptions { Path = folder.Path, Dtype = DtypeChoice.Float32, Threads = 1 };
        var model = SubjectModelResolution.Open(options, ModelTokenizer.Load(folder.Path), ModelFingerprint.Compute(folder.Path, TimeProvider.System));
        model.Load().Dispose();

        File.AppendAllText(folder.File("config.json"), " ");
        var error = Assert.Throws<ArtifactException>(() => model.Load());

        Assert.Contains($"'{folder.File("config.json")}' changed since the run was planned", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_opened_from_a_plan_is_held_to_the_plan()
    {
        var options = new ModelOptions { Path = CorpusRun.DemoModel, Dtype = DtypeChoice.Float32, Threads = 1 };
        var tokenizer = ModelTokenizer.Load(CorpusRun.DemoModel);
        var planned = SubjectModelResolution.Open(options, tokenizer, ModelFingerprint.Compute(CorpusRun.DemoModel, TimeProvider.System)).Fingerprints.ToDictionary();

        SubjectModelResolution.OpenPlanned(options, tokenizer, planned).Load().Dispose();
        planned["model/config.json"] = new string('0', 64);
        Assert.Throws<ArtifactException>(() => SubjectModelResolution.OpenPlanned(options, tokenizer, planned).Load());
    }
}

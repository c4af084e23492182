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
}

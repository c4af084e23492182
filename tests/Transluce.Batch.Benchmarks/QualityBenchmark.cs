using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Benchmarks;

/// <summary>Recomputes the fixed study on SmolLM2, then scores our tables, stored patterns and descriptions on the same windows.</summary>
internal static class QualityBenchmark
{
    public static void Run()
    {
        var folder = SharedModel.Folder();
        var study = QualityStudy.Load(Path.Combine(SharedModel.Root, "golden", "smollm2"));
        using var model = new StudyModel(folder, study.Windows, QualityStudy.Layers[^1] + 1);
        study.Run(TokenVocabulary.Of(ModelTokenizer.Load(folder)), model.Features(study.Train), layer => model.Columns(layer, study.Neurons(layer)));
    }
}

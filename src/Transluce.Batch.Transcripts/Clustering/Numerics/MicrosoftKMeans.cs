using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Microsoft.ML's k-means, for comparison. Its centroids are taken over; which item belongs where is decided as for our own.</summary>
internal static class MicrosoftKMeans
{
    public static KMeansResult Fit(VectorTable vectors, KMeansSettings settings, KMeansTrainer.InitializationAlgorithm initialization)
    {
        var context = new MLContext(settings.Seed);
        var centroids = Train(context, Load(context, vectors), vectors.Dimensions, settings, initialization);
        var (assignment, inertia) = KMeans.Assign(vectors, centroids, settings.Threads);
        return new KMeansResult(centroids, assignment, inertia, settings.Iterations);
    }

    public static IDataView Load(MLContext context, VectorTable vectors)
    {
        var schema = SchemaDefinition.Create(typeof(Item));
        schema[nameof(Item.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, vectors.Dimensions);
        return context.Data.Cache(context.Data.LoadFromEnumerable(Enumerable.Range(0, vectors.Rows).Select(row => new Item { Features = vectors[row].ToArray() }), schema));
    }

    public static VectorTable Train(MLContext context, IDataView data, int dimensions, KMeansSettings settings, KMeansTrainer.InitializationAlgorithm initialization)
    {
        var trainer = context.Clustering.Trainers.KMeans(new KMeansTrainer.Options
        {
            FeatureColumnName = nameof(Item.Features),
            NumberOfClusters = settings.Clusters,
            MaximumNumberOfIterations = settings.Iterations,
            NumberOfThreads = settings.Threads,
            InitializationAlgorithm = initialization,
        });
        VBuffer<float>[]? centroids = null;
        trainer.Fit(data).Model.GetClusterCentroids(ref centroids, out var clusters);
        return new VectorTable([.. centroids!.Take(clusters).SelectMany(centroid => centroid.DenseValues())], dimensions);
    }

    private sealed class Item
    {
        public float[] Features { get; init; } = [];
    }
}

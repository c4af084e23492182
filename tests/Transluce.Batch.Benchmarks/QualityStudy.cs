using System.Diagnostics;
using System.Text.Json;
using DuckDB.NET.Data;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Benchmarks;

/// <summary>The fixed study of simple predictors: its windows, neurons and test sets as given, learnt from train windows only.</summary>
internal sealed class QualityStudy
{
    public static IReadOnlyList<int> Layers { get; } = [2, 14, 27];

    private static readonly int[] PatternSizes = [100, 300, 1000, 3000];

    private readonly TokenWindow[] train;
    private readonly Dictionary<int, TokenWindow> test;
    private readonly StudyPolarity[] polarities;

    private QualityStudy(TokenWindow[] train, Dictionary<int, TokenWindow> test, StudyPolarity[] polarities)
    {
        this.train = train;
        this.test = test;
        this.polarities = polarities;
    }

    /// <summary>Windows to learn from.</summary>
    public IReadOnlyList<TokenWindow> Train => train;

    /// <summary>All windows, train ones first, in the order of activations handed to <see cref="Run"/>.</summary>
    public IReadOnlyList<TokenWindow> Windows => [.. train, .. test.OrderBy(pair => pair.Key).Select(pair => pair.Value)];

    public static QualityStudy Load(string folder)
    {
        var train = new SortedDictionary<int, TokenWindow>();
        var test = new Dictionary<int, TokenWindow>();
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"select split, \"window\", input_ids from '{Path.Combine(folder, "study.parquet").Replace("'", "''", StringComparison.Ordinal)}'";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            int[] ids = [.. ((System.Collections.IEnumerable)reader.GetValue(2)).Cast<object>().Select(Convert.ToInt32)];
            var window = Convert.ToInt32(reader.GetValue(1));
            if (reader.GetString(0) == "train")
            {
                train.Add(window, new TokenWindow(ids, 0));
            }
            else if (reader.GetString(0) == "test")
            {
                test.Add(window, new TokenWindow(ids, 0));
            }
        }

        using var study = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "study.json")));
        var polarities = study.RootElement.GetProperty("polarities").EnumerateArray().Select(StudyPolarity.Read).ToArray();
        return new QualityStudy([.. train.Values], test, polarities);
    }

    /// <summary>Neurons of the study per layer.</summary>
    public int[] Neurons(int layer) => [.. polarities.Where(polarity => polarity.Layer == layer).Select(polarity => polarity.Neuron).Distinct().Order()];

    /// <summary>Runs everything and prints a table.</summary>
    /// <param name="vocabulary">The model's vocabulary.</param>
    /// <param name="features">Token features for the regression.</param>
    /// <param name="activations">Layer → activations of <see cref="Neurons"/> over all tokens of <see cref="Windows"/>; layers ascend.</param>
    public void Run(TokenVocabulary vocabulary, RegressionFeatures features, Func<int, float[][]> activations)
    {
        var index = ContextIndex.Build(PlacedWindow.InOrder(train));
        var space = RuleSpace.Build(index, vocabulary);
        using var regression = PatternRegression.Build(PlacedWindow.InOrder(train), features, 30);
        var rows = new Dictionary<string, Dictionary<int, List<double>>>();
        foreach (var layer in Layers)
        {
            var clock = Stopwatch.StartNew();
            var set = polarities.Where(polarity => polarity.Layer == layer).ToArray();
            var neurons = Neurons(layer);
            var columns = activations(layer);
            var tables = new StudyTables(index, train, space, vocabulary, features, regression, PatternSizes);
            foreach (var polarity in set)
            {
                foreach (var (name, score) in tables.Scores(polarity, columns[Array.IndexOf(neurons, polarity.Neuron)], Window, TestRow))
                {
                    Add(rows, name, layer, score);
                }
            }

            Add(rows, "which of five neurons (chance .20)", layer, tables.Identify(set, Window));
            Console.WriteLine(FormattableString.Invariant($"layer {layer}: {set.Length} polarities in {clock.Elapsed.TotalSeconds:F1} s; for example neuron {set[0].Neuron}, polarity {set[0].Polarity:+0;-0}:\n  {tables.FirstText}"));
        }

        Console.WriteLine($"{"mean score",-44}{string.Concat(Layers.Select(layer => $"layer {layer}".PadLeft(10)))}");
        foreach (var (name, byLayer) in rows)
        {
            Console.WriteLine($"{name,-44}{string.Concat(Layers.Where(byLayer.ContainsKey).Select(layer => byLayer[layer].Average().ToString("F4").PadLeft(10)))}");
        }
    }

    private static void Add(Dictionary<string, Dictionary<int, List<double>>> rows, string name, int layer, double score)
    {
        if (!rows.TryGetValue(name, out var byLayer))
        {
            rows[name] = byLayer = [];
        }

        if (!byLayer.TryGetValue(layer, out var scores))
        {
            byLayer[layer] = scores = [];
        }

        scores.Add(score);
    }

    private TokenWindow Window(int window) => test[window];

    // Rows of a test window: all train rows come first.
    private int TestRow(int window) => train.Sum(item => item.Length) + test.Keys.Order().TakeWhile(key => key != window).Sum(key => test[key].Length);
}

/// <summary>One polarity of the study.</summary>
internal sealed record StudyPolarity(int Layer, int Neuron, int Polarity, int[] TestWindows, Dictionary<string, double> Scores)
{
    public static StudyPolarity Read(JsonElement element) => new(
        element.GetProperty("layer").GetInt32(),
        element.GetProperty("neuron").GetInt32(),
        element.GetProperty("polarity").GetInt32(),
        [.. element.GetProperty("test_windows").EnumerateArray().Select(window => window.GetInt32())],
        element.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Number && member.Name is not ("layer" or "neuron" or "polarity")).ToDictionary(member => member.Name, member => member.Value.GetDouble()));
}

using CsCheck;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons.Explanation;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.Explanation;

public sealed class PatternRegressionTests
{
    private const int Vocabulary = 40;
    private const int Width = 12;
    private const int Previous = 48;
    private const int Decaying = 32;
    private const int Mean = 48;

    [Fact]
    public void Features_follow_their_definition() => Gen.Select(Gen.Int, Gen.OneOf(3, Width, 64)).Sample((seed, width) =>
    {
        var random = new Random(seed);
        var tokens = Coordinates(random, width);
        var window = Window(random);
        var rows = Compute(new RegressionFeatures(tokens, width), window);
        for (var offset = 0; offset < window.Length; offset++)
        {
            var position = window.First + offset;
            var row = rows.AsSpan(offset * RegressionFeatures.Count, RegressionFeatures.Count);
            float X(int at, int i) => i < width ? tokens[(window.TokenIds[at] * width) + i] : 0;
            for (var i = 0; i < RegressionFeatures.TokenDimensions; i++)
            {
                Assert.Equal(X(position, i), row[i]);
                Assert.True(i >= Previous || row[64 + i] == (position > 0 ? X(position - 1, i) : 0));
                var before = Enumerable.Range(window.First, offset).ToArray();
                if (i < Decaying)
                {
                    var weights = before.Select(at => Math.Pow(0.8, position - 1 - at)).ToArray();
                    Assert.Equal(offset == 0 ? 0 : 2 * before.Zip(weights, (at, weight) => X(at, i) * weight).Sum() / weights.Sum(), row[64 + Previous + i], 1e-4);
                }

                if (i < Mean)
                {
                    Assert.Equal(offset == 0 ? 0 : 2 * before.Average(at => (double)X(at, i)), row[64 + Previous + Decaying + i], 1e-4);
                }
            }

            var place = row[(64 + Previous + Decaying + Mean)..].ToArray();
            Assert.Equal([offset == 0 ? 1 : 0, offset == 1 ? 1 : 0, offset == 2 ? 1 : 0], place[..3]);
            Assert.Equal(Math.Log(1 + offset) / 4, place[3], 1e-6);
            Assert.Equal([1, window.TokenIds.AsSpan(window.First, offset).Contains(window.TokenIds[position]) ? 1 : 0], place[4..]);
        }
    }, iter: 50);

    [Fact]
    public void The_fit_is_the_ridge_solution_over_eligible_rows()
    {
        TorchRuntime.Initialize();
        const double penalty = 30;
        var random = new Random(5);
        var features = new RegressionFeatures(Coordinates(random, Width), Width);
        var windows = new List<PlacedWindow>();
        for (int i = 0, row = 0; i < 60; i++)
        {
            var window = Window(random);
            windows.Add(new PlacedWindow(window, row, i % 3 == 0 ? null : [.. Enumerable.Range(0, window.Length).Select(_ => random.Next(4) > 0)]));
            row += window.Length;
        }

        var rows = windows.Sum(placed => placed.Window.Length);
        var x = new double[rows, RegressionFeatures.Count];
        foreach (var placed in windows)
        {
            var computed = Compute(features, placed.Window);
            for (var i = 0; i < computed.Length; i++)
            {
                var offset = i / RegressionFeatures.Count;
                x[placed.FirstRow + offset, i % RegressionFeatures.Count] = placed.IsEligible(offset) ? computed[i] : 0;
            }
        }

        using var scope = NewDisposeScope();
        var given = tensor(Enumerable.Range(0, 3 * rows).Select(_ => (float)random.NextDouble()).ToArray()).view(3, rows);
        var left = given.clone();
        using var regression = PatternRegression.Build(windows, features, penalty);
        var weights = regression.FitAndSubtract(left);

        var matrix = tensor(x);
        var direct = linalg.solve(matrix.t().matmul(matrix) + (eye(RegressionFeatures.Count, dtype: ScalarType.Float64) * penalty), matrix.t().matmul(given.to(ScalarType.Float64).t()));
        var expected = given.to(ScalarType.Float64).t() - matrix.matmul(direct);
        Assert.True((left.to(ScalarType.Float64).t() - expected).abs().max().item<double>() < 1e-4);
        for (var polarity = 0; polarity < 3; polarity++)
        {
            Assert.Equal(direct.select(1, polarity).data<double>().ToArray(), weights[polarity].Select(weight => (double)weight), (a, b) => Math.Abs(a - b) < 1e-4);
        }
    }

    private static float[] Compute(RegressionFeatures features, TokenWindow window)
    {
        var rows = new float[window.Length * RegressionFeatures.Count];
        Array.Fill(rows, float.NaN);
        features.Compute(window, rows);
        return rows;
    }

    private static float[] Coordinates(Random random, int width) => [.. Enumerable.Range(0, Vocabulary * width).Select(_ => (float)(random.NextDouble() - 0.5))];

    private static TokenWindow Window(Random random)
    {
        var ids = Enumerable.Range(0, random.Next(3, 20)).Select(_ => random.Next(Vocabulary)).ToArray();
        return new TokenWindow(ids, random.Next(3));
    }
}

using CsCheck;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Neurons.Scoring;

namespace Transluce.Batch.Tests.Scoring;

public sealed class DrawTests
{
    [Fact]
    public void The_null_permutation_is_one_cycle_through_all_neurons() => Gen.Select(Gen.Int[2, 700], Gen.Int[0, 50], Gen.Int).Sample((neurons, layer, seed) =>
    {
        var permutation = NullPermutation.Of(neurons, layer, seed);
        var seen = new HashSet<int>();
        for (var neuron = 0; seen.Add(neuron);)
        {
            Assert.NotEqual(neuron, permutation[neuron]);
            neuron = permutation[neuron];
        }

        Assert.Equal(neurons, seen.Count);
        Assert.Equal(permutation, NullPermutation.Of(neurons, layer, seed));
    }, iter: 300);

    [Fact]
    public void Layers_have_permutations_of_their_own() => Assert.NotEqual(NullPermutation.Of(100, 0, 1), NullPermutation.Of(100, 1, 1));

    [Fact]
    public void A_single_neuron_has_none_to_stand_in_for_it() => Assert.Equal([-1], NullPermutation.Of(1, 0, 0));

    [Fact]
    public void Controls_are_drawn_once_each_and_never_an_exemplar() => Gen.Select(Gen.Int[0, 30], Gen.Int[0, 40], Gen.Int[0, 29].Array[0, 20], Gen.Int[0, 1000]).Sample((windows, wanted, exemplars, neuron) =>
    {
        var forbidden = exemplars.Select(number => 100 + number).ToHashSet();
        var pool = Pool(windows);
        float[] column = [.. Enumerable.Range(0, windows * 4).Select(i => i % 3 - 1f)];
        var drawn = new ControlDraw(pool, 64).Draw(column, (2, neuron, -1), forbidden, wanted);
        var numbers = drawn.Select(window => window.Window.TokenIds[0]).ToArray();

        Assert.Equal(numbers.Distinct(), numbers);
        Assert.DoesNotContain(numbers, number => forbidden.Contains(100 + number));
        Assert.Equal(Math.Min(wanted, pool.Count(window => !forbidden.Contains(window.SequenceId))), drawn.Count);
        Assert.Equal(numbers, new ControlDraw(pool, 64).Draw(column, (2, neuron, -1), forbidden, wanted).Select(window => window.Window.TokenIds[0]));
        Assert.All(drawn, window => Assert.Equal(column.Skip(window.Window.TokenIds[0] * 4).Take(4).Select(value => Math.Max(-value, 0)), window.Actual));
        Assert.All(drawn, window => Assert.Equal([true, false, true, true], window.Eligible));
    }, iter: 500);

    [Fact]
    public void Polarities_have_draws_of_their_own()
    {
        var draw = new ControlDraw(Pool(200), 64);
        int[] Numbers(int neuron, int polarity) => [.. draw.Draw(new float[800], (2, neuron, polarity), new HashSet<int>(), 20).Select(window => window.Window.TokenIds[0])];
        Assert.NotEqual(Numbers(7, 1), Numbers(7, -1));
        Assert.NotEqual(Numbers(7, 1), Numbers(8, 1));
    }

    private static PoolWindow[] Pool(int windows) => [.. Enumerable.Range(0, windows).Select(i => new PoolWindow(i, 100 + i, [i, 1, 2, 3, 4], 1, i * 4, 4, [true, false, true, true]))];
}

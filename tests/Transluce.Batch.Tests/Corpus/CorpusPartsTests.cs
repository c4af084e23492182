using CsCheck;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Corpus;

public sealed class CorpusPartsTests
{
    [Fact]
    public void Every_document_is_in_exactly_one_split_and_shares_are_exact()
    {
        var shares = Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], (a, b) => a < b ? new SplitShares(a, b - a, 1 - b) : new SplitShares(b, a - b, 1 - a));
        Gen.Select(Gen.Int[0, 3000], Gen.ULong, shares).Sample((documents, seed, share) =>
        {
            var order = new DocumentOrder(documents, seed, share);
            var parts = Enum.GetValues<Split>().Select(split => order.Of(split).ToArray()).ToArray();
            Assert.Equal(Enumerable.Range(0, documents), parts.SelectMany(part => part).Order());
            Assert.InRange(parts[0].Length, Math.Floor(documents * share.Train), Math.Ceiling(documents * share.Train));
            Assert.InRange(parts[1].Length, Math.Floor(documents * share.Valid), Math.Ceiling(documents * share.Valid));
            Assert.InRange(parts[2].Length, Math.Floor(documents * share.Test), Math.Ceiling(documents * share.Test));
        });
    }

    [Fact]
    public void Every_document_is_equally_likely_at_every_place()
    {
        // 5 documents, 120 orders, 24,000 seeds: chi-square with 119 degrees of freedom is below 180 but once in 3,000.
        var seen = new Dictionary<string, int>();
        for (var seed = 0; seed < 24_000; seed++)
        {
            var order = string.Join(',', new DocumentOrder(5, SplitMix64.Seed(seed, "test"), new SplitShares(1, 0, 0)).Of(Split.Train).ToArray());
            seen[order] = seen.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(120, seen.Count);
        Assert.InRange(seen.Values.Sum(count => Math.Pow(count - 200, 2) / 200), 70, 180);
    }

    [Fact]
    public void Consecutive_windows_are_the_document_without_its_remainder()
    {
        Gen.Select(Gen.Int[0, 200], Gen.Int[1, 20], Gen.Int[0, 5], Gen.Int[0, 30]).Sample((tokens, body, prefix, maximum) =>
        {
            var ids = Enumerable.Range(1000, tokens).ToArray();
            var start = Enumerable.Range(0, prefix).ToArray();
            var windows = new WindowCutter(start, prefix + body, WindowStart.Consecutive).Cut(ids, 1, maximum, out var dropped);
            Assert.Equal(Math.Min(tokens / body, maximum), windows.Count);
            Assert.All(windows, window => Assert.Equal(start, window[..prefix]));
            Assert.Equal(ids[..(windows.Count * body)], windows.SelectMany(window => window[prefix..]));
            Assert.Equal(tokens % body, dropped);
        });
    }

    [Fact]
    public void A_random_window_starts_anywhere_with_equal_chance()
    {
        var ids = Enumerable.Range(0, 24).ToArray();
        var cutter = new WindowCutter([], 20, WindowStart.Random);
        var starts = Enumerable.Range(0, 5000).Select(seed => cutter.Cut(ids, SplitMix64.Seed(seed, "test"), 9, out _) is [var window] ? window[0] : -1).CountBy(start => start);
        Assert.Equal([0, 1, 2, 3, 4], starts.Select(start => start.Key).Order());
        Assert.All(starts, start => Assert.InRange(start.Value, 900, 1100));
        Assert.Empty(cutter.Cut(ids.AsSpan(0, 19), 1, 9, out _));
    }

    [Fact]
    public void The_control_pool_is_a_uniform_subset_with_every_rank_once()
    {
        var chosen = new int[40];
        for (var seed = 0; seed < 4000; seed++)
        {
            var ranks = ControlPool.Choose(40, 10, seed, Split.Valid);
            Assert.Equal(Enumerable.Range(0, 10), ranks.Values.Order());
            foreach (var id in ranks.Keys)
            {
                chosen[id]++;
            }
        }

        Assert.All(chosen, count => Assert.InRange(count, 870, 1130)); // 1,000 expected, 27 standard deviation
        Assert.Equal(7, ControlPool.Choose(7, 10, 1, Split.Test).Count);
        Assert.Empty(ControlPool.Choose(7, 0, 1, Split.Test));
    }

    [Fact]
    public void A_larger_control_pool_keeps_the_smaller_one_in_front()
    {
        var small = ControlPool.Choose(1000, 20, 3, Split.Train);
        var large = ControlPool.Choose(1000, 50, 3, Split.Train);
        Assert.All(small, entry => Assert.Equal(entry.Value, large[entry.Key]));
    }

    [Fact]
    public void Weights_hold_after_every_single_turn()
    {
        Gen.Double[0.01, 10].Array[1, 6].Sample(weights =>
        {
            var turns = new WeightedTurns(weights);
            var taken = new int[weights.Length];
            var sum = weights.Sum();
            for (var turn = 1; turn <= 500; turn++)
            {
                var next = turns.Next();
                turns.Took(next);
                taken[next]++;
                for (var i = 0; i < weights.Length; i++)
                {
                    Assert.InRange(taken[i] - (turn * weights[i] / sum), -weights.Length, 1.001);
                }
            }
        });
    }

    [Fact]
    public void A_dry_source_leaves_its_turns_to_the_others_by_their_weights()
    {
        var turns = new WeightedTurns([1, 2, 1]);
        var taken = new int[3];
        for (var turn = 0; turn < 4000; turn++)
        {
            if (taken[1] == 100)
            {
                turns.RanDry(1);
            }

            var next = turns.Next();
            turns.Took(next);
            taken[next]++;
        }

        Assert.Equal([1950, 100, 1950], taken);
        turns.RanDry(0);
        turns.RanDry(2);
        Assert.Equal(-1, turns.Next());
    }
}

using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Tests.Clustering;

public sealed class PartitionAgreementTests
{
    [Fact]
    public void The_adjusted_rand_index_is_what_the_formula_gives_by_hand()
    {
        int[] left = [0, 0, 0, 1, 1, 1, 2, 2];
        int[] right = [0, 0, 1, 1, 1, 1, 2, 2];

        // Together in both: {0,1}, {3,4,5} three pairs, {6,7}: 5. Left 3 + 3 + 1 = 7, right 1 + 6 + 1 = 8, of 28: expected 2.
        Assert.Equal((5 - 2.0) / (7.5 - 2), PartitionAgreement.AdjustedRand(left, right), 12);
    }

    [Fact]
    public void Names_of_clusters_do_not_matter()
    {
        int[] left = [0, 0, 1, 1, 2];
        int[] right = [7, 7, 3, 3, -1];

        Assert.Equal(1, PartitionAgreement.AdjustedRand(left, right));
        Assert.Equal(1, PartitionAgreement.NormalisedMutualInformation(left, right), 12);
    }

    [Fact]
    public void A_random_clustering_has_an_index_near_zero()
    {
        var draws = new SeededDraws(1, "random");
        var left = new int[4_000];
        var right = new int[4_000];
        for (var i = 0; i < left.Length; i++)
        {
            (left[i], right[i]) = (draws.NextBelow(7), draws.NextBelow(5));
        }

        Assert.InRange(PartitionAgreement.AdjustedRand(left, right), -0.01, 0.01);
        Assert.InRange(PartitionAgreement.NormalisedMutualInformation(left, right), 0, 0.01);
    }

    [Fact]
    public void Trivial_clusterings_agree_with_themselves()
    {
        Assert.Equal(1, PartitionAgreement.AdjustedRand([0, 0, 0], [4, 4, 4]));
        Assert.Equal(1, PartitionAgreement.NormalisedMutualInformation([0, 0, 0], [4, 4, 4]));
        Assert.Equal(1, PartitionAgreement.AdjustedRand([0, 1, 2], [2, 0, 1]));
    }
}

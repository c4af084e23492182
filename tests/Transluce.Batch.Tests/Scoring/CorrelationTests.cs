using CsCheck;
using Transluce.Batch.Neurons.Scoring;

namespace Transluce.Batch.Tests.Scoring;

public sealed class CorrelationTests
{
    private static readonly Gen<(float X, float Y, bool Eligible)[]> Tokens = Gen.Select(Gen.Int[-40, 40].Select(value => value / 8f), Gen.Int[0, 30].Select(value => value / 8f), Gen.Bool).Array[0, 60];

    [Fact]
    public void Sums_give_Pearsons_correlation_over_eligible_tokens() => Tokens.Sample(tokens =>
    {
        var (expected, actual) = (Pearson(tokens), Of(tokens).Correlation);
        Assert.Equal(expected is null, actual is null);
        Assert.Equal(expected ?? 0, actual ?? 0, 1e-5);
        Assert.Equal(tokens.Count(token => token.Eligible), Of(tokens).Count);
    }, iter: 2000);

    [Fact]
    public void Sums_of_windows_add_up() => Gen.Select(Tokens, Gen.Int[0, 60]).Sample((tokens, cut) =>
    {
        var total = Of(tokens[..Math.Min(cut, tokens.Length)]);
        total.Add(Of(tokens[Math.Min(cut, tokens.Length)..]));
        Assert.Equal(Of(tokens).Correlation ?? 9, total.Correlation ?? 9, 1e-6);
    });

    [Fact]
    public void Scale_and_offset_change_nothing_and_a_sign_turns_it_round() => Gen.Select(Tokens, Gen.Float[0.1f, 50], Gen.Float[-9, 9]).Sample((tokens, scale, offset) =>
    {
        var correlation = Of(tokens).Correlation ?? 0;
        Assert.Equal(correlation, Of([.. tokens.Select(token => token with { X = (token.X * scale) + offset })]).Correlation ?? 0, 1e-3);
        Assert.Equal(-correlation, Of([.. tokens.Select(token => token with { X = -token.X })]).Correlation ?? 0, 1e-5);
    });

    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    [InlineData(1e6f)]
    public void A_constant_side_has_no_correlation(float constant)
    {
        var tokens = Enumerable.Range(0, 1000).Select(i => (X: constant, Y: i % 7f, Eligible: true)).ToArray();
        Assert.Null(Of(tokens).Correlation);
        Assert.Null(Of([.. tokens.Select(token => (token.Y, token.X, true))]).Correlation);
        Assert.Null(default(CorrelationSums).Correlation);
    }

    private static CorrelationSums Of((float X, float Y, bool Eligible)[] tokens) =>
        CorrelationSums.Of([.. tokens.Select(token => token.X)], [.. tokens.Select(token => token.Y)], [.. tokens.Select(token => token.Eligible)]);

    private static double? Pearson((float X, float Y, bool Eligible)[] all)
    {
        var tokens = all.Where(token => token.Eligible).ToArray();
        if (tokens.Select(token => token.X).Distinct().Count() < 2 || tokens.Select(token => token.Y).Distinct().Count() < 2)
        {
            return null;
        }

        var (meanX, meanY) = (tokens.Average(token => (double)token.X), tokens.Average(token => (double)token.Y));
        return tokens.Sum(token => (token.X - meanX) * (token.Y - meanY))
            / Math.Sqrt(tokens.Sum(token => Math.Pow(token.X - meanX, 2)) * tokens.Sum(token => Math.Pow(token.Y - meanY, 2)));
    }
}

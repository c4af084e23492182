namespace Transluce.Batch.Neurons.Explanation;

/// <summary>The strengths a description can state: 1 … 100 in steps of about a quarter, so that rules of like strength share one number.</summary>
public static class DescriptionLevel
{
    private static readonly int[] Ladder = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100];

    /// <summary>The nearest step to a fraction -1 … 1 of the strongest rule, by ratio; 0 below half a percent.</summary>
    public static int Round(float fraction)
    {
        var magnitude = Math.Abs(fraction) * 100;
        if (!(magnitude >= 0.5f))
        {
            return 0;
        }

        var nearest = Ladder.MinBy(step => Math.Abs(MathF.Log(step / magnitude)));
        return fraction < 0 ? -nearest : nearest;
    }
}

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>A train exemplar that is not in the control pool: its tokens enter the tables at a weight of their own, since it was picked for its peak.</summary>
/// <param name="Window">The exemplar's tokens.</param>
/// <param name="Rectified">max(polarity × activation, 0) per predicted token.</param>
public sealed record ExtraWindow(TokenWindow Window, float[] Rectified);

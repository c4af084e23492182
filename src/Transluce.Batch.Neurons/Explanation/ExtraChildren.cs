namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Contexts that occur only in extra windows, by the shorter context that holds them. Few parents have any, and asking costs one array access.</summary>
internal sealed class ExtraChildren
{
    private readonly Dictionary<int, List<int>> children = [];
    private bool[] has = [];

    /// <summary>Collects the extra contexts of a length.</summary>
    public void Load(PolaritySums sums, int length, int indexed)
    {
        foreach (var parent in children.Keys)
        {
            has[parent] = false;
        }

        children.Clear();
        if (has.Length < sums.Count(length - 1))
        {
            has = new bool[sums.Count(length - 1) + 4096];
        }

        for (var group = indexed; group < sums.Count(length); group++)
        {
            var parent = sums.ParentOf(length, group);
            if (!has[parent])
            {
                has[parent] = true;
                children.Add(parent, []);
            }

            children[parent].Add(group);
        }
    }

    public bool Any(int parent) => has[parent];

    public List<int> Of(int parent) => children[parent];
}

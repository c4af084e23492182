namespace Transluce.Batch.Jobs;

/// <summary>Looks at the machine and, where one is named, at a configuration.</summary>
internal static class Doctor
{
    /// <param name="config">A YAML file, or null for the machine alone.</param>
    public static IEnumerable<Finding> Examine(string? config)
    {
        foreach (var finding in MachineChecks.All())
        {
            yield return finding;
        }

        foreach (var finding in config is null ? [StoreChecks.Check("store", needed: 0)] : RunChecks.All(config))
        {
            yield return finding;
        }
    }
}

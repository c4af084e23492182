namespace Transluce.Batch.Jobs;

/// <summary>What <c>doctor</c> says about a store: whether it can be written, and whether there is room.</summary>
internal static class StoreChecks
{
    private const long LowSpace = 1L << 30;

    /// <param name="folder">The store, which need not exist.</param>
    /// <param name="needed">Bytes the run will write.</param>
    public static Finding Check(string folder, long needed)
    {
        var full = Path.GetFullPath(folder);
        var existing = full;
        while (!Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing)!;
        }

        try
        {
            // The nearest folder that exists must be writable; nothing is left behind.
            var probe = Path.Combine(existing, $".transluce-batch-{Environment.ProcessId}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Finding(FindingLevel.Failed, "store", $"{full}: '{existing}' cannot be written: {exception.Message}", "Name another folder under 'store:' or grant the right to write.");
        }

        var free = new DriveInfo(existing).AvailableFreeSpace;
        var detail = $"{full}: writable, {Quantity.Bytes(free)} free{(needed > 0 ? $", about {Quantity.Bytes(needed)} needed" : "")}";
        return free >= Math.Max(LowSpace, needed)
            ? new Finding(FindingLevel.Fine, "store", detail)
            : new Finding(needed > free ? FindingLevel.Failed : FindingLevel.Worse, "store", detail, "Free some space (artifacts of old runs may be deleted) or name another folder under 'store:'.");
    }
}

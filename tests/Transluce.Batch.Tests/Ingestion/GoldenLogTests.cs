using System.Text.Json;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Every log of the shared corpus against what Inspect itself reads from it.</summary>
public sealed class GoldenLogTests
{
    // 208 MiB in one member: among the slow tests.
    private const string Slow = "generated/big-member.eval";

    public static TheoryData<string> Files()
    {
        var path = Path.Combine(SharedData.RepositoryRoot, "..", "shared", GoldenLog.File);
        if (!File.Exists(path))
        {
            return ["absent"];
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.GetProperty("logs").EnumerateArray().Select(log => log.GetProperty("file").GetString()!).Where(file => file != Slow)];
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_log_is_read_as_inspect_reads_it(string file) => GoldenLog.Check(file);
}

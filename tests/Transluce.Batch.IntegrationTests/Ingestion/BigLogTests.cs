using Transluce.Batch.Tests.Ingestion;

namespace Transluce.Batch.IntegrationTests.Ingestion;

public sealed class BigLogTests
{
    [Fact]
    public void A_member_of_208_MiB_in_two_frames_is_read_as_inspect_reads_it() => GoldenLog.Check("generated/big-member.eval");
}

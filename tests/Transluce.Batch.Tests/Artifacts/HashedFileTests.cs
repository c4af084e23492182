using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

public sealed class HashedFileTests : IDisposable
{
    private static readonly DateTime LongAgo = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly TemporaryFolder folder = new();

    private string Log => folder.File("log");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_lies_still_is_unchanged()
    {
        Write("abc", LongAgo);
        var file = HashedFile.Of(Log, TimeProvider.System);

        Assert.Equal(("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3, LongAgo), (file.Sha256, file.Bytes, file.Modified));
        file.RequireUnchanged();
    }

    [Fact]
    public void The_time_of_a_file_written_just_now_says_nothing()
    {
        // A second write within the same tick of the file system's clock would bear the same time.
        var now = DateTime.UtcNow;
        Write("abc", now);
        var file = HashedFile.Of(Log, TimeProvider.System);
        Write("abd", now);

        Assert.Null(file.Modified);
        Assert.Contains("changed since the run was planned", Assert.Throws<ArtifactException>(file.RequireUnchanged).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abcd", true)]
    [InlineData("abd", true)]
    [InlineData("abcd", false)]
    public void Another_content_is_refused(string content, bool touched)
    {
        Write("abc", LongAgo);
        var file = HashedFile.Of(Log, TimeProvider.System);
        Write(content, touched ? LongAgo.AddSeconds(1) : LongAgo);

        var message = Assert.Throws<ArtifactException>(file.RequireUnchanged).Message;
        Assert.Contains($"'{Log}' changed since the run was planned", message, StringComparison.Ordinal);
        Assert.Contains(file.Sha256, message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_become_a_device_is_refused_before_it_is_read()
    {
        Write("abc", LongAgo);
        var file = HashedFile.Of(Log, TimeProvider.System);
        File.Delete(Log);
        File.CreateSymbolicLink(Log, "/dev/null");

        Assert.Contains("a pipe, a socket or a device", Assert.Throws<ArtifactException>(file.RequireFile).Message, StringComparison.Ordinal);
        Assert.Contains("a pipe, a socket or a device", Assert.Throws<ArtifactException>(file.RequireUnchanged).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_with_another_time_is_the_same_file()
    {
        Write("abc", LongAgo);
        var file = HashedFile.Of(Log, TimeProvider.System);
        Write("abc", LongAgo.AddDays(1));

        file.RequireUnchanged();
    }

    [Fact]
    public void A_device_is_refused_and_not_read_for_ever()
    {
        File.CreateSymbolicLink(Log, "/dev/zero");

        Assert.Contains($"'{Log}' is a pipe, a socket or a device", Assert.Throws<ArtifactException>(() => HashedFile.Of(Log, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    private void Write(string content, DateTime modified)
    {
        File.WriteAllText(Log, content);
        File.SetLastWriteTimeUtc(Log, modified);
    }
}

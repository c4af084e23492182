using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

public sealed class ItemCacheTests : IDisposable
{
    private static readonly string Maker = new('a', 64);
    private static readonly string Content = new('b', 64);

    private readonly TemporaryFolder folder = new();
    private readonly FileSystemStore store;
    private readonly ItemCache cache;

    public ItemCacheTests()
    {
        store = new FileSystemStore(folder.File("store"));
        cache = new ItemCache(store);
    }

    [Fact]
    public void An_item_is_found_again_by_maker_and_content()
    {
        Assert.Null(cache.Get(Maker, Content));
        cache.Keep(Maker, Content, [1, 2, 3]);

        Assert.Equal([1, 2, 3], cache.Get(Maker, Content)!);
        Assert.Null(cache.Get(Content, Maker));
    }

    [Fact]
    public void The_first_of_two_different_items_counts_for_both()
    {
        Assert.Equal([1], cache.Keep(Maker, Content, [1]));
        Assert.Equal([1], cache.Keep(Maker, Content, [2]));
        Assert.Equal([1], cache.Get(Maker, Content)!);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    public void A_damaged_item_counts_as_absent(int length)
    {
        cache.Keep(Maker, Content, [1, 2, 3]);
        var file = folder.File($"store/cache/{Maker}/{Content}");
        using (var stream = File.OpenWrite(file))
        {
            stream.SetLength(length);
        }

        Assert.Null(cache.Get(Maker, Content));
        Assert.Equal([1, 2, 3], cache.Keep(Maker, Content, [1, 2, 3]));
    }

    [Fact]
    public void Nothing_but_hashes_names_an_item()
        => Assert.Throws<ArgumentException>(() => cache.Get("../../etc", Content));

    [Fact]
    public void Many_threads_agree_on_one_item()
    {
        var kept = Enumerable.Range(0, 32).AsParallel().WithDegreeOfParallelism(8).Select(i => cache.Keep(Maker, Content, [(byte)i])[0]).ToList();

        Assert.Single(kept.Distinct());
    }

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }
}

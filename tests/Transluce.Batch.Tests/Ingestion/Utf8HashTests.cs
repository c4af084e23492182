using System.Security.Cryptography;
using System.Text;
using Transluce.Batch.Transcripts;

namespace Transluce.Batch.Tests.Ingestion;

public sealed class Utf8HashTests
{
    [Theory]
    [InlineData("a", 0)]
    [InlineData("a", 70_000)]
    [InlineData("ü😀", 21_845)]
    [InlineData("x😀", 21_846)]
    [InlineData("\ud800", 50_000)]
    [InlineData("\udc00\ud800x", 50_000)]
    public void Text_in_parts_has_the_hash_of_the_whole(string unit, int times)
    {
        var text = string.Concat(Enumerable.Repeat(unit, times));
        var hash = new Utf8Hash();
        hash.Append("begin ");
        hash.Append(text);
        hash.Append(" end");

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"begin {text} end"))), hash.Finish());
    }
}

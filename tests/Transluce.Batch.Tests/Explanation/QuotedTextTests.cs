using System.Text;
using CsCheck;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

public sealed class QuotedTextTests
{
    /// <summary>Unicode's default-ignorable code points, the controls and the blanks that look like nothing or like a plain space.</summary>
    private static readonly (int First, int Last)[] Hidden =
    [
        (0x00, 0x1F), (0x7F, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x1680, 0x1680), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F),
        (0x2800, 0x2800), (0x3000, 0x3000), (0x3164, 0x3164), (0xE000, 0xE0FF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE01EF),
    ];

    private static readonly int[] Named = [.. Hidden.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))];

    private static readonly Gen<byte[]> Bytes = Gen.Frequency<byte[]>(
        (2, Gen.Byte.Array[0, 12]),
        (2, Gen.OneOf(Named).Select(value => Encoding.UTF8.GetBytes(new Rune(value).ToString()))),
        (2, Gen.Int[0, 0x10FFFF].Select(value => Rune.IsValid(value) ? Encoding.UTF8.GetBytes(new Rune(value).ToString()) : [0xED, 0xA0, 0x80])),
        (3, Gen.OneOf("\"", "\\", " court", "\\u{41}", "\\x41", "é", "日本", "שלום", "\n", "}", "{").Select(Encoding.UTF8.GetBytes)));

    private static readonly Gen<byte[]> Content = Bytes.Array[0, 6].Select(parts => parts.SelectMany(part => part).ToArray());

    [Fact]
    public void Any_bytes_come_back_from_their_quotation() => Content.Sample(content =>
    {
        var text = QuotedText.Write(content);
        var at = 0;
        Assert.Equal(content, QuotedText.Read(text, ref at));
        Assert.Equal(text.Length, at);
    }, iter: 5000);

    [Fact]
    public void No_hidden_character_stands_in_a_quotation() => Content.Sample(content =>
        Assert.DoesNotContain(QuotedText.Write(content).EnumerateRunes(), rune => rune.Value != ' ' && Array.BinarySearch(Named, rune.Value) >= 0), iter: 5000);

    [Fact]
    public void Every_hidden_character_is_escaped_by_its_number() => Assert.All(Named, value =>
        Assert.StartsWith("\"\\", QuotedText.Write(Encoding.UTF8.GetBytes(new Rune(value).ToString())), StringComparison.Ordinal));

    [Theory]
    [InlineData(" court", "\" court\"")]
    [InlineData("a\"b\\", "\"a\\\"b\\\\\"")]
    [InlineData("\n\t\r", "\"\\n\\t\\r\"")]
    [InlineData("\u202Ex", "\"\\u{202E}x\"")]
    public void Quotations_read_like_code(string content, string expected) => Assert.Equal(expected, QuotedText.Write(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void Bytes_that_are_no_text_are_written_as_numbers() => Assert.Equal("\"\\xE2\\x80\"", QuotedText.Write([0xE2, 0x80]));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("\"")]
    [InlineData("\"\\")]
    [InlineData("\"\\q\"")]
    [InlineData("\"\\x4\"")]
    [InlineData("\"\\x+4\"")]
    [InlineData("\"\\u{}\"")]
    [InlineData("\"\\u{110000}\"")]
    [InlineData("\"\\u{D800}\"")]
    [InlineData("\"\\u{000000041}\"")]
    [InlineData("\"\\u41\"")]
    public void A_malformed_quotation_is_none(string text)
    {
        var at = 0;
        Assert.Null(QuotedText.Read(text, ref at));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_malformed()
    {
        var at = 0;
        Assert.Null(QuotedText.Read("\"\ud800\"", ref at));
    }
}

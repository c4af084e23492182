using System.Text;
using System.Text.Json;
using CsCheck;
using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>The JSON reader against the framework's, and where it goes beyond it.</summary>
public sealed class JsonCursorTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly JsonSerializerOptions Compact = new();
    private static readonly string[] Odd = ["é😀\u0000\"\\/\u007F", "", "\u2028\t"];

    [Fact]
    public void A_valid_text_is_copied_to_the_same_value_however_it_is_spelled_and_cut()
        => Gen.Select(Values(4), Gen.Bool, Gen.Int[1, 40]).Sample(
            (value, indented, piece) =>
            {
                var text = JsonSerializer.SerializeToUtf8Bytes(value, indented ? Indented : Compact);
                using var expected = JsonDocument.Parse(text);
                using var actual = JsonDocument.Parse(Copy(text, piece));
                return JsonElement.DeepEquals(expected.RootElement, actual.RootElement);
            },
            seed: "0000KOIXg7q3", iter: 2000, threads: 1);

    [Fact]
    public void A_damaged_text_is_refused_exactly_where_the_framework_refuses_it()
        => Gen.Select(Values(3), Gen.Int[0, 1_000_000], Gen.Byte, Gen.Int[1, 40]).Sample(
            (value, where, change, piece) =>
            {
                var text = JsonSerializer.SerializeToUtf8Bytes(value);
                text[where % text.Length] ^= change;
                return IsValid(text) == (Refusal(text, piece) is null);
            },
            seed: "0000KOIXg7q3", iter: 5000, threads: 1);

    [Theory]
    [InlineData("NaN", """{"float":"NaN"}""")]
    [InlineData("[-Infinity,Infinity]", """[{"float":"-Infinity"},{"float":"Infinity"}]""")]
    public void Bare_values_that_are_no_numbers_are_read(string text, string expected)
        => Assert.Equal(expected, Encoding.UTF8.GetString(Copy(Encoding.UTF8.GetBytes(text), 3)));

    [Theory]
    [InlineData("\"\\ud800\"", "\uFFFD")]
    [InlineData("\"\\udc00\\ud83d\\ude00\\ud83d\"", "\uFFFD😀\uFFFD")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"", "\uFFFD😀")]
    [InlineData("\"a\\u0000b\"", "a\0b")]
    public void Lone_surrogates_become_replacement_characters_one_by_one(string text, string expected)
    {
        using var document = JsonDocument.Parse(Copy(Encoding.UTF8.GetBytes(text), 1));
        Assert.Equal(expected, document.RootElement.GetString());
    }

    [Theory]
    [InlineData("nan")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("-")]
    [InlineData("-NaN")]
    [InlineData("1e")]
    [InlineData("Infinityy")]
    [InlineData("tru")]
    [InlineData("[1,]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{a:1}")]
    [InlineData("[1 2]")]
    [InlineData("[1}")]
    [InlineData("\"a")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"a\nb\"")]
    [InlineData("")]
    [InlineData("1 2")]
    public void What_is_no_json_is_refused(string text) => Assert.Equal("json", Refusal(Encoding.UTF8.GetBytes(text), 2)?.Kind);

    [Theory]
    [InlineData(512, null)]
    [InlineData(513, "depth")]
    [InlineData(100_000, "depth")]
    public void Nesting_is_read_to_512_levels(int levels, string? kind)
        => Assert.Equal(kind, Refusal(Encoding.UTF8.GetBytes(new string('[', levels) + new string(']', levels)), 4096)?.Kind);

    [Fact]
    public void Invalid_utf8_is_noticed_also_where_it_is_passed_over()
    {
        Assert.Equal("utf8", Refusal([(byte)'"', 0xC3, (byte)'"'], 1)?.Kind);
        Assert.Equal("utf8", Refusal([(byte)'[', (byte)'"', 0xF0, 0x9F, 0x98, (byte)'"', (byte)']'], 2)?.Kind);
        Assert.Null(Refusal(Encoding.UTF8.GetBytes("\"😀é\""), 1));
    }

    private static byte[] Copy(byte[] text, int piece)
    {
        var json = new JsonCursor(new PieceStream(text, piece));
        var copy = new JsonCopy(int.MaxValue);
        json.Copy(copy);
        json.RequireEnd();
        return copy.Bytes.ToArray();
    }

    private static LogDamage? Refusal(byte[] text, int piece)
    {
        var json = new JsonCursor(new PieceStream(text, piece));
        try
        {
            json.Skip();
            json.RequireEnd();
            return json.Damage;
        }
        catch (LogDamage damage)
        {
            return damage;
        }
    }

    private static bool IsValid(byte[] text)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !System.Text.Unicode.Utf8.IsValid(reader.ValueSpan))
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Gen<object?> Values(int depth)
    {
        Gen<object?> leaf = Gen.OneOf(
            Gen.String.Select(text => (object?)text),
            Gen.Int[0, 2].Select(i => (object?)Odd[i]),
            Gen.Double.Where(double.IsFinite).Select(number => (object?)number),
            Gen.Long.Select(number => (object?)number),
            Gen.Bool.Select(value => (object?)value),
            Gen.Const((object?)null));
        return depth == 0 ? leaf : Gen.OneOf(
            leaf,
            Values(depth - 1).Array[0, 4].Select(items => (object?)items),
            Gen.Select(Gen.String, Values(depth - 1)).Array[0, 4].Select(members => (object?)members.DistinctBy(member => member.Item1).ToDictionary(member => member.Item1, member => member.Item2)));
    }

    /// <summary>A stream that gives a few bytes at a time.</summary>
    private sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, piece)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, piece));
    }
}

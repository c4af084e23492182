using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"b": 1, "a": [true, null, "x"]}""", """{"a":[true,null,"x"],"b":1}""")]
    [InlineData("""{"a": {"d": 1, "c": 2}}""", """{"a":{"c":2,"d":1}}""")]
    [InlineData("[1, 1.0, 1e0, 10e-1, -0, 0.0]", "[1,1,1,1,0,0]")]
    [InlineData("[0.1, 1e-8, 1E-08, 1e300]", "[0.1,1E-08,1E-08,1E+300]")]
    [InlineData("[9223372036854775807, 18446744073709551615]", "[9223372036854775807,18446744073709551615]")]
    [InlineData("""{"B": 1, "a": 2, "_": 3}""", """{"B":1,"_":3,"a":2}""")]
    public void One_value_has_one_spelling(string json, string canonical)
        => Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.Write(JsonNode.Parse(json))));

    [Fact]
    public void Numbers_made_in_memory_equal_numbers_read_from_text()
        => Gen.Double.Where(double.IsFinite).Sample(value =>
        {
            var made = new JsonObject { ["x"] = value };
            Assert.Equal(CanonicalJson.Hash(made), CanonicalJson.Hash(JsonNode.Parse(made.ToJsonString())));
        });

    [Fact]
    public void The_order_of_properties_does_not_matter()
        => Gen.Dictionary(Gen.String[0, 5], Gen.Int)[0, 8].Sample(values =>
        {
            var forward = new JsonObject(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)JsonValue.Create(v.Value))));
            var backward = new JsonObject(values.Reverse().Select(v => KeyValuePair.Create(v.Key, (JsonNode?)JsonValue.Create(v.Value))));
            Assert.Equal(CanonicalJson.Hash(forward), CanonicalJson.Hash(backward));
        });

    [Fact]
    public void Every_ingredient_changes_the_key_and_the_shard_count_only_the_full_one()
    {
        var recipe = new Recipe
        {
            Stage = "stage",
            StageVersion = 1,
            Schemas = new SortedDictionary<string, int> { ["table"] = 1 },
            Options = new JsonObject { ["k"] = 20 },
            Inputs = [new RecipeInput("input", "key", false)],
            Fingerprints = new SortedDictionary<string, string> { ["model"] = "hash" },
            Numerics = new JsonObject { ["dtype"] = "float32" },
            ShardCount = 4,
        };
        Recipe[] variants =
        [
            recipe with { Stage = "other" },
            recipe with { StageVersion = 2 },
            recipe with { Schemas = new SortedDictionary<string, int> { ["table"] = 2 } },
            recipe with { Options = new JsonObject { ["k"] = 21 } },
            recipe with { Inputs = [new RecipeInput("input", "key2", false)] },
            recipe with { Fingerprints = new SortedDictionary<string, string> { ["model"] = "hash2" } },
            recipe with { Numerics = new JsonObject { ["dtype"] = "bfloat16" } },
            recipe with { Numerics = null },
        ];

        Assert.Equal(variants.Length + 1, variants.Append(recipe).Select(r => r.Key()).Distinct().Count());
        Assert.Equal(variants.Length + 1, variants.Append(recipe).Select(r => r.RecipeKey()).Distinct().Count());
        var resharded = recipe with { ShardCount = 5 };
        Assert.NotEqual(recipe.Key(), resharded.Key());
        Assert.Equal(recipe.RecipeKey(), resharded.RecipeKey());
    }
}

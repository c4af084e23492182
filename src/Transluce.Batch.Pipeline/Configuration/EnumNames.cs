using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Transluce.Batch.Pipeline;

/// <summary>How an enumeration is spelt in a configuration: words in lower case joined by hyphens, or the name its attribute gives.</summary>
internal static class EnumNames
{
    public static IReadOnlyList<(string Name, object Value)> Of(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (NameOf(field), field.GetValue(null)!))];

    public static string Of(Enum value) => NameOf(value.GetType().GetField(value.ToString())!);

    private static string NameOf(FieldInfo field) =>
        field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.KebabCaseLower.ConvertName(field.Name);
}

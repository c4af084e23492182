using System.Reflection;

namespace Transluce.Batch.Artifacts;

/// <summary>One column of a row type.</summary>
/// <param name="Name">snake_case of the record parameter.</param>
/// <param name="Property">Where a row keeps the value.</param>
/// <param name="Kind">The Parquet layout.</param>
/// <param name="ElementType">The primitive, string, byte[] or enum type below nullability and lists.</param>
/// <param name="IsNullable">Whether a null is allowed.</param>
/// <param name="IsKey">Whether rows ascend by it.</param>
internal sealed record RowColumn(string Name, PropertyInfo Property, ColumnKind Kind, Type ElementType, bool IsNullable, bool IsKey)
{
    /// <summary>Dotted path of the Parquet leaf.</summary>
    public string LeafPath => Kind is ColumnKind.List or ColumnKind.TextList ? $"{Name}.list.element" : Name;

    /// <summary>The type as it stands in schema snapshots and messages, for example <c>list&lt;float&gt;</c>.</summary>
    public string TypeName
    {
        get
        {
            var element = Kind switch
            {
                ColumnKind.Text or ColumnKind.TextList => "string",
                ColumnKind.Enum => "string",
                ColumnKind.Binary => "binary",
                _ => PrimitiveName(ElementType),
            };
            var name = Kind is ColumnKind.List or ColumnKind.TextList ? $"list<{element}>" : element;
            return IsNullable ? name + "?" : name;
        }
    }

    public static RowColumn Create(ParameterInfo parameter, Type rowType)
    {
        var property = rowType.GetProperty(parameter.Name!)
            ?? throw new ArgumentException($"{rowType.Name}.{parameter.Name} has no property: a row type is a positional record.");
        var type = parameter.ParameterType;
        var isKey = property.GetCustomAttribute<KeyAttribute>() is not null;
        var name = SnakeCase(parameter.Name!);
        if (Nullable.GetUnderlyingType(type) is { } underlying && IsPrimitive(underlying))
        {
            return new RowColumn(name, property, ColumnKind.NullableScalar, underlying, true, isKey);
        }

        if (type == typeof(string))
        {
            var nullable = new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.Nullable;
            return new RowColumn(name, property, ColumnKind.Text, type, nullable, isKey);
        }

        var kind = type switch
        {
            _ when IsPrimitive(type) => ColumnKind.Scalar,
            { IsEnum: true } => ColumnKind.Enum,
            _ when type == typeof(byte[]) => ColumnKind.Binary,
            _ when type == typeof(string[]) => ColumnKind.TextList,
            { IsArray: true } when IsPrimitive(type.GetElementType()!) => ColumnKind.List,
            _ => throw new ArgumentException($"{rowType.Name}.{parameter.Name} has type {type}, which has no Parquet layout here."),
        };
        var element = kind is ColumnKind.List or ColumnKind.TextList ? type.GetElementType()! : type;
        return new RowColumn(name, property, kind, element, false, isKey);
    }

    /// <summary>TokenCount → token_count; F1 → f1.</summary>
    public static string SnakeCase(string name)
    {
        var result = new System.Text.StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1]) && name[i - 1] != '_')
            {
                result.Append('_');
            }

            result.Append(char.ToLowerInvariant(name[i]));
        }

        return result.ToString();
    }

    private static bool IsPrimitive(Type type)
        => type == typeof(int) || type == typeof(long) || type == typeof(float) || type == typeof(double) || type == typeof(bool);

    private static string PrimitiveName(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int32 => "int32",
        TypeCode.Int64 => "int64",
        TypeCode.Single => "float",
        TypeCode.Double => "double",
        _ => "bool",
    };
}

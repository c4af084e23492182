using System.Collections.Concurrent;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Transluce.Batch.Pipeline;

/// <summary>The keys of an options record, in the order in which the record declares them.</summary>
internal sealed class RecordShape
{
    /// <summary>Reflection over nullability is slow; a type's shape never changes.</summary>
    private static readonly ConcurrentDictionary<Type, RecordShape> Known = new();

    private readonly Type type;
    private readonly ParameterInfo[] parameters;

    private RecordShape(Type type)
    {
        this.type = type;
        parameters = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).First().GetParameters();
        Members = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .OrderBy(property => property.MetadataToken)
            .Select(property => new RecordMember(property, parameters.FirstOrDefault(parameter => parameter.Name == property.Name)))];
    }

    public IReadOnlyList<RecordMember> Members { get; }

    public static RecordShape Of(Type type) => Known.GetOrAdd(type, static unknown => new RecordShape(unknown));

    /// <summary>True for the records that make up a configuration: a type with settable properties that is no text, number, enumeration or list.</summary>
    public static bool IsRecord(Type type) => type.IsClass && type != typeof(string) && type.GetMethod("<Clone>$") is not null;

    public static Type? ItemTypeOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>An instance that holds the record's defaults; null for a positional record, which has none of its own.</summary>
    public object? Defaults() => parameters.Length == 0 ? Activator.CreateInstance(type) : null;

    public object Create(IReadOnlyDictionary<RecordMember, object?> values)
    {
        var instance = Activator.CreateInstance(type, [.. parameters.Select(parameter => values[Members.First(member => member.Parameter == parameter)])])!;
        foreach (var member in Members.Where(member => member.Parameter is null))
        {
            // Reflection may call an init accessor: the instance is not published yet.
            member.Property.SetValue(instance, values[member]);
        }

        return instance;
    }
}

/// <summary>One key of an options record.</summary>
internal sealed record RecordMember(PropertyInfo Property, ParameterInfo? Parameter)
{
    public string Key { get; } = JsonNamingPolicy.CamelCase.ConvertName(Property.Name);

    public Type Type { get; } = Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    public bool IsNullable { get; } = Nullable.GetUnderlyingType(Property.PropertyType) is not null
        || (!Property.PropertyType.IsValueType && new NullabilityInfoContext().Create(Property).ReadState == NullabilityState.Nullable);

    public bool IsRequired { get; } = Property.IsDefined(typeof(RequiredMemberAttribute)) || Parameter is { HasDefaultValue: false };

    public string? Description => Attribute<DescriptionAttribute>()?.Description;

    public RangeAttribute? Range => Attribute<RangeAttribute>();

    public MinLengthAttribute? MinLength => Attribute<MinLengthAttribute>();

    public RegularExpressionAttribute? Pattern => Attribute<RegularExpressionAttribute>();

    private TAttribute? Attribute<TAttribute>()
        where TAttribute : Attribute
        => Property.GetCustomAttribute<TAttribute>() ?? Parameter?.GetCustomAttribute<TAttribute>();
}

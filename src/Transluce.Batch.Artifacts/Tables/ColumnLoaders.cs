using System.Linq.Expressions;

namespace Transluce.Batch.Artifacts;

/// <summary>Makes the loaders of a row type and the function that builds a row from them, compiled once per type.</summary>
internal static class ColumnLoaders<TRow>
    where TRow : class
{
    private static readonly Type[] Types = [.. RowSchema<TRow>.Instance.Columns.Select(LoaderType)];

    /// <summary>Builds row i of the loaded row group.</summary>
    public static Func<ColumnLoader[], int, TRow> BuildRow { get; } = CompileRow();

    public static ColumnLoader[] Create() => [.. Types.Select(t => (ColumnLoader)Activator.CreateInstance(t)!)];

    private static Type LoaderType(RowColumn column) => column.Kind switch
    {
        ColumnKind.Text => column.IsNullable ? typeof(NullableTextLoader) : typeof(ScalarLoader<string>),
        ColumnKind.Enum => typeof(EnumLoader<>).MakeGenericType(column.ElementType),
        ColumnKind.NullableScalar => typeof(NullableScalarLoader<>).MakeGenericType(column.ElementType),
        ColumnKind.List or ColumnKind.TextList => typeof(ListLoader<>).MakeGenericType(column.ElementType),
        _ => typeof(ScalarLoader<>).MakeGenericType(column.ElementType),
    };

    private static Func<ColumnLoader[], int, TRow> CompileRow()
    {
        var loaders = Expression.Parameter(typeof(ColumnLoader[]));
        var row = Expression.Parameter(typeof(int));
        var values = Types.Select((type, i) => Expression.Call(
            Expression.Convert(Expression.ArrayIndex(loaders, Expression.Constant(i)), type),
            nameof(ColumnLoader<int>.Get),
            null,
            row));
        return Expression.Lambda<Func<ColumnLoader[], int, TRow>>(Expression.New(RowSchema<TRow>.Instance.Constructor, values), loaders, row).Compile();
    }
}

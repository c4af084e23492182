using System.Linq.Expressions;

namespace Transluce.Batch.Artifacts;

/// <summary>Makes the buffers of a row type. Getters are compiled once per type; no cell is boxed.</summary>
internal static class ColumnBuffers<TRow>
    where TRow : class
{
    private static readonly Func<ColumnBuffer<TRow>>[] Factories = [.. RowSchema<TRow>.Instance.Columns.Select(Factory)];

    public static ColumnBuffer<TRow>[] Create() => [.. Factories.Select(f => f())];

    private static Func<ColumnBuffer<TRow>> Factory(RowColumn column)
    {
        switch (column.Kind)
        {
            case ColumnKind.Text:
                var text = Getter<string?>(column);
                return () => new TextBuffer<TRow>(text, column);
            case ColumnKind.Enum:
                var name = EnumGetter(column).Compile();
                return () => new TextBuffer<TRow>(name, column);
            case ColumnKind.Binary:
                var bytes = Getter<byte[]>(column);
                return () => new BinaryBuffer<TRow>(bytes);
            case ColumnKind.TextList:
                var texts = Getter<string[]>(column);
                return () => new TextListBuffer<TRow>(texts);
            default:
                return Type.GetTypeCode(column.ElementType) switch
                {
                    TypeCode.Int32 => PrimitiveFactory<int>(column),
                    TypeCode.Int64 => PrimitiveFactory<long>(column),
                    TypeCode.Single => PrimitiveFactory<float>(column),
                    TypeCode.Double => PrimitiveFactory<double>(column),
                    _ => PrimitiveFactory<bool>(column),
                };
        }
    }

    private static Func<ColumnBuffer<TRow>> PrimitiveFactory<T>(RowColumn column)
        where T : unmanaged
    {
        switch (column.Kind)
        {
            case ColumnKind.Scalar:
                var scalar = Getter<T>(column);
                return () => new ScalarBuffer<TRow, T>(scalar);
            case ColumnKind.NullableScalar:
                var nullable = Getter<T?>(column);
                return () => new NullableScalarBuffer<TRow, T>(nullable);
            default:
                var list = Getter<T[]>(column);
                return () => new PrimitiveListBuffer<TRow, T>(list);
        }
    }

    private static Func<TRow, T> Getter<T>(RowColumn column) => column.Property.GetMethod!.CreateDelegate<Func<TRow, T>>();

    private static Expression<Func<TRow, string?>> EnumGetter(RowColumn column)
    {
        var row = Expression.Parameter(typeof(TRow));
        var names = typeof(EnumNames<>).MakeGenericType(column.ElementType);
        var name = Expression.Call(names.GetMethod(nameof(EnumNames<Split>.ToName))!, Expression.Property(row, column.Property));
        return Expression.Lambda<Func<TRow, string?>>(name, row);
    }
}

using System.Linq.Expressions;
using System.Reflection;

namespace Transluce.Batch.Artifacts;

/// <summary>A row type as a table: its name, version and columns. Reflected once per type.</summary>
/// <typeparam name="TRow">A positional record with <see cref="TableAttribute"/>.</typeparam>
internal sealed class RowSchema<TRow>
    where TRow : class
{
    private RowSchema()
    {
        Table = typeof(TRow).GetCustomAttribute<TableAttribute>()
            ?? throw new ArgumentException($"{typeof(TRow).Name} has no [Table] attribute.");
        Constructor = typeof(TRow).GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        Columns = [.. Constructor.GetParameters().Select(p => RowColumn.Create(p, typeof(TRow)))];
        if (Columns.SkipWhile(c => c.IsKey).Any(c => c.IsKey))
        {
            throw new ArgumentException($"{typeof(TRow).Name}: key columns come first.");
        }

        CompareKeys = CompileKeyComparison();
    }

    public static RowSchema<TRow> Instance { get; } = new();

    public TableAttribute Table { get; }

    public IReadOnlyList<RowColumn> Columns { get; }

    public ConstructorInfo Constructor { get; }

    /// <summary>Order by the key columns: numbers and enums by value, strings by ordinal comparison.</summary>
    public Comparison<TRow> CompareKeys { get; }

    public string KeyText(TRow row)
        => string.Join(", ", Columns.Where(c => c.IsKey).Select(c => FormattableString.Invariant($"{c.Name}={c.Property.GetValue(row)}")));

    private Comparison<TRow> CompileKeyComparison()
    {
        var left = Expression.Parameter(typeof(TRow));
        var right = Expression.Parameter(typeof(TRow));
        Expression result = Expression.Constant(0);
        foreach (var column in Columns.Where(c => c.IsKey).Reverse())
        {
            var order = Expression.Variable(typeof(int));
            result = Expression.Block(
                [order],
                Expression.Assign(order, CompareColumn(column, left, right)),
                Expression.Condition(Expression.NotEqual(order, Expression.Constant(0)), order, result));
        }

        return Expression.Lambda<Comparison<TRow>>(result, left, right).Compile();
    }

    private static MethodCallExpression CompareColumn(RowColumn column, Expression left, Expression right)
    {
        Expression a = Expression.Property(left, column.Property);
        Expression b = Expression.Property(right, column.Property);
        if (column.Kind == ColumnKind.Text)
        {
            return Expression.Call(typeof(string), nameof(string.CompareOrdinal), null, a, b);
        }

        if (column.Kind == ColumnKind.Enum)
        {
            var number = Enum.GetUnderlyingType(column.ElementType);
            a = Expression.Convert(a, number);
            b = Expression.Convert(b, number);
        }
        else if (column.Kind != ColumnKind.Scalar)
        {
            throw new ArgumentException($"{typeof(TRow).Name}.{column.Property.Name} cannot be a key: keys are numbers, enums and strings.");
        }

        return Expression.Call(a, nameof(IComparable.CompareTo), null, b);
    }
}

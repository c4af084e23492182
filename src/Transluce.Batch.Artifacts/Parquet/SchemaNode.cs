namespace Transluce.Batch.Artifacts;

/// <summary>One element of the flat, depth-first schema list of a footer.</summary>
internal sealed record SchemaNode
{
    private const int MaxDepth = 32;

    public ParquetType? Type { get; private set; }

    /// <summary>0 required, 1 optional, 2 repeated.</summary>
    public int Repetition { get; private set; }

    public string Name { get; private set; } = "";

    public int ChildCount { get; private set; }

    public bool IsText { get; private set; }

    // Field numbers of parquet.thrift's SchemaElement.
    public static SchemaNode Read(ref ThriftReader reader)
    {
        var node = new SchemaNode();
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1:
                    node.Type = (ParquetType)reader.Int32(type);
                    break;
                case 3:
                    node.Repetition = reader.Int32(type);
                    break;
                case 4:
                    node.Name = reader.Text(type);
                    break;
                case 5:
                    node.ChildCount = reader.Int32(type);
                    break;
                case 6:
                    // ConvertedType 0 is UTF8, 4 ENUM, 19 JSON.
                    node.IsText |= reader.Int32(type) is 0 or 4 or 19;
                    break;
                case 10 when type == ThriftType.Struct:
                    node.IsText |= ReadLogicalType(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return node;
    }

    /// <summary>The leaves below the root, with their levels.</summary>
    public static IReadOnlyList<ParquetColumn> Leaves(IReadOnlyList<SchemaNode> nodes)
    {
        if (nodes.Count == 0)
        {
            throw new ParquetDamage("the schema is empty");
        }

        var leaves = new List<ParquetColumn>();
        var next = 1;
        for (var child = 0; child < nodes[0].ChildCount; child++)
        {
            Walk(nodes, ref next, "", new Levels(0, 0, 0), 1, leaves);
        }

        if (next != nodes.Count)
        {
            throw new ParquetDamage($"the schema lists {nodes.Count} elements, of which {next} hang together");
        }

        if (leaves.Select(l => l.Path).Distinct(StringComparer.Ordinal).Count() != leaves.Count)
        {
            throw new ParquetDamage("two columns of the schema have one name");
        }

        return leaves;
    }

    private static void Walk(IReadOnlyList<SchemaNode> nodes, ref int next, string prefix, Levels levels, int depth, List<ParquetColumn> leaves)
    {
        if (next >= nodes.Count || depth > MaxDepth)
        {
            throw new ParquetDamage(depth > MaxDepth ? $"the schema is nested more than {MaxDepth} deep" : "the schema ends early");
        }

        var node = nodes[next++];
        if (node.Repetition is < 0 or > 2 || node.ChildCount < 0 || (node.Type is null) == (node.ChildCount == 0))
        {
            throw new ParquetDamage($"schema element '{node.Name}' is neither a column nor a group");
        }

        var path = prefix + node.Name;
        levels = node.Repetition switch
        {
            0 => levels,
            1 => levels with { Definition = levels.Definition + 1 },
            _ => new Levels(levels.Definition + 1, levels.Repetition + 1, levels.Definition + 1),
        };
        if (node.Type is { } type)
        {
            leaves.Add(Enum.IsDefined(type)
                ? new ParquetColumn(path, type, node.IsText, levels.Definition, levels.Repetition, levels.Element)
                : throw new ParquetDamage($"column '{path}' has unknown type {(int)type}"));
            return;
        }

        for (var child = 0; child < node.ChildCount; child++)
        {
            Walk(nodes, ref next, path + ".", levels, depth + 1, leaves);
        }
    }

    /// <returns>Whether the logical type is STRING (1), ENUM (4) or JSON (12).</returns>
    private static bool ReadLogicalType(ref ThriftReader reader)
    {
        var isText = false;
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            isText |= id is 1 or 4 or 12;
            reader.Skip(type);
        }

        return isText;
    }

    private readonly record struct Levels(int Definition, int Repetition, int Element);
}

using System.Reflection;
using System.Runtime.CompilerServices;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Tests.Artifacts;

namespace Transluce.Batch.Tests.Architecture;

public sealed class NamingRulesTests
{
    private static readonly string[] ForbiddenEndings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Common", "Base", "Dto", "Impl"];

    /// <summary>Interfaces with one implementation today, each with its reason.</summary>
    private static readonly Dictionary<string, string> BorderInterfaces = new()
    {
        ["IObjectStore"] = "the file system today, Azure Blob Storage next: a network border",
    };

    [Fact]
    public void No_type_is_named_by_its_role()
        => Assert.Empty(OurTypes().Where(t => ForbiddenEndings.Any(e => PlainName(t).EndsWith(e, StringComparison.Ordinal))).Select(t => t.FullName));

    [Fact]
    public void An_interface_has_two_implementations_or_stands_at_a_border()
    {
        var lonely = OurTypes().Where(t => t.IsInterface)
            .Where(t => OurTypes().Count(c => c.IsClass && !c.IsAbstract && c.GetInterfaces().Any(i => Definition(i) == t)) < 2)
            .Select(t => PlainName(t));

        Assert.Empty(lonely.Except(BorderInterfaces.Keys));
    }

    [Fact]
    public void Every_row_type_has_a_schema_snapshot()
    {
        var folder = Path.Combine(SharedData.RepositoryRoot, "tests", "Transluce.Batch.Tests", "Artifacts", "__snapshots__");
        var missing = RowTypes.All().Select(t => t.GetCustomAttribute<TableAttribute>()!)
            .Select(t => $"Schema_{t.Name}_v{t.SchemaVersion}.snap")
            .Where(file => !File.Exists(Path.Combine(folder, file)));

        Assert.Empty(missing);
    }

    [Fact]
    public void Row_types_live_in_one_folder_and_are_immutable()
    {
        foreach (var type in RowTypes.All())
        {
            Assert.Equal("Transluce.Batch.Artifacts", type.Assembly.GetName().Name);
            Assert.True(type.IsSealed, type.Name);
            Assert.All(type.GetProperties(), p => Assert.Contains(typeof(IsExternalInit), p.SetMethod!.ReturnParameter.GetRequiredCustomModifiers()));
        }
    }

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        var tooLong = new[] { "src", "jobs", "tests" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(SharedData.RepositoryRoot, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => (File: Path.GetRelativePath(SharedData.RepositoryRoot, file), Lines: File.ReadLines(file).Count()))
            .Where(f => f.Lines > 400);

        Assert.Empty(tooLong);
    }

    private static IEnumerable<Type> OurTypes()
        => RowTypes.ProductAssemblies().SelectMany(a => a.GetTypes()).Where(t => t.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !t.Name.StartsWith('<'));

    private static string PlainName(Type type) => type.Name.Split('`')[0];

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}

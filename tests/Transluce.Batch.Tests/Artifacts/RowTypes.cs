using System.Reflection;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

/// <summary>Every row type of the product.</summary>
internal static class RowTypes
{
    public static IEnumerable<Type> All()
        => ProductAssemblies().SelectMany(a => a.GetTypes())
            .Where(t => t.GetCustomAttribute<TableAttribute>() is not null)
            .OrderBy(t => t.GetCustomAttribute<TableAttribute>()!.Name, StringComparer.Ordinal);

    /// <summary>The assemblies of src/ and jobs/ beside the test program.</summary>
    public static IEnumerable<Assembly> ProductAssemblies()
        => Directory.GetFiles(AppContext.BaseDirectory, "Transluce.Batch.*.dll")
            .Append(Path.Combine(AppContext.BaseDirectory, "transluce-batch.dll"))
            .Where(f => !Path.GetFileName(f).Contains("Tests", StringComparison.Ordinal) && !Path.GetFileName(f).Contains("Benchmarks", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Assembly.LoadFrom);
}

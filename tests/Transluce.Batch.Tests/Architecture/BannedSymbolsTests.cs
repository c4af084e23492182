using System.Reflection;
using TorchSharp;

namespace Transluce.Batch.Tests.Architecture;

public sealed class BannedSymbolsTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(SharedData.RepositoryRoot, "BannedSymbols.txt"));

    /// <summary>A later TorchSharp may take further types; the build alone would let them pass.</summary>
    [Fact]
    public void Every_conversion_to_a_scalar_that_nothing_holds_is_banned()
    {
        var conversions = typeof(Scalar).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method is { Name: "op_Implicit" } && method.ReturnType == typeof(Scalar)).ToList();

        Assert.NotEmpty(conversions);
        Assert.All(conversions, conversion => Assert.Contains(Lines, line => line.StartsWith($"M:TorchSharp.Scalar.op_Implicit({Name(conversion.GetParameters()[0].ParameterType)})~TorchSharp.Scalar;", StringComparison.Ordinal)));
    }

    /// <summary>As documentation ids have it.</summary>
    private static string Name(Type type) => type.IsGenericType
        ? $"{type.FullName![..type.FullName!.IndexOf('`', StringComparison.Ordinal)]}{{{string.Join(',', type.GetGenericArguments().Select(Name))}}}"
        : type.FullName!;
}

using System.Runtime.CompilerServices;

namespace Transluce.Batch.LanguageModels;

/// <summary>Compiled into every program, not into the library: a module initializer runs early enough only there.</summary>
internal static class TorchOnDemand
{
    [ModuleInitializer]
    internal static void Prepare() => TorchRuntime.LoadOnDemand();
}

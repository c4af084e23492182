using TorchSharp;

namespace Transluce.Batch.LanguageModels;

/// <summary>
/// Numbers to hand to TorchSharp. A number it turns into a <see cref="Scalar"/> itself, as in <c>x.add_(1e-5)</c> or the hidden factor of
/// <c>x.add_(y)</c>, may be freed by the finalizer while the native call still reads it: nothing keeps the object alive but its handle. So
/// wherever a scalar is wanted, pass one that something holds: these, or one in a field or under <c>using</c>.
/// </summary>
public static class HeldScalars
{
    public static Scalar One { get; } = 1.ToScalar();

    public static Scalar MinusOne { get; } = (-1).ToScalar();

    internal static Scalar MinusInfinity { get; } = float.NegativeInfinity.ToScalar();
}

namespace UpStare.Plots.Tests;

/// <summary>Statistics of numbers whose results are known.</summary>
[TestFixture]
public sealed class StatisticsTests
{
    [TestCase(0, 1)]
    [TestCase(0.25, 2)]
    [TestCase(0.5, 3)]
    [TestCase(0.9, 4.6)]
    [TestCase(1, 5)]
    public void Quantile_OfFiveNumbers_LiesBetweenTwoOfThem(double part, double expected) =>
        Assert.That(Statistics.Quantile([5, 1, 4, 2, 3], part), Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void Median_OfAnEvenNumber_IsTheMeanOfTheMiddleTwo() => Assert.That(Statistics.Median([10, 1, 3, 2]), Is.EqualTo(2.5));

    [Test]
    public void Quantile_OfOneNumber_IsThatNumber() => Assert.That(Statistics.Quantile([7], 0.99), Is.EqualTo(7));

    [Test]
    public void Quantile_OfNothing_IsAnError() => Assert.That(() => Statistics.Median([]), Throws.ArgumentException);

    [Test]
    public void GeometricMean_OfDoubleAndHalf_IsOne() => Assert.That(Statistics.GeometricMean([2, 0.5]), Is.EqualTo(1).Within(1e-12));

    [Test]
    public void GeometricMean_OfThree_IsTheCubeRoot() => Assert.That(Statistics.GeometricMean([1, 2, 4]), Is.EqualTo(2).Within(1e-12));

    [Test]
    public void GeometricMean_OfZero_IsAnError() => Assert.That(() => Statistics.GeometricMean([1, 0]), Throws.ArgumentException);

    [Test]
    public void Ratio_OfRounds_HasMedianAndQuartiles()
    {
        var ratio = Ratio.Of([1.04, 1.00, 1.02, 1.01, 1.03]);
        Assert.Multiple(() =>
        {
            Assert.That(ratio.Median, Is.EqualTo(1.02).Within(1e-12));
            Assert.That(ratio.Low, Is.EqualTo(1.01).Within(1e-12));
            Assert.That(ratio.High, Is.EqualTo(1.03).Within(1e-12));
            Assert.That(ratio.Percent, Is.EqualTo(2).Within(1e-9));
        });
    }

    [Test]
    public void Cumulative_OfFourValues_StepsUpByAQuarter() =>
        Assert.That(Charts.Cumulative([1, 2, 2, 8]), Is.EqualTo(new[] { (1.0, 0.0), (1, 25), (2, 25), (2, 50), (2, 50), (2, 75), (8, 75), (8, 100) }));
}

using ScaiSend.Delivery.Encryption;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Delivery;

public sealed class ReadingMtaSts
{
    [Theory]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmx: mx.b.test\r\nmax_age: 604800\r\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: MX.b.test.\nmax_age: 604800")]
    [InlineData("version:STSv1\nmode :enforce\nmx:\tmx.b.test \nextension: x\nmax_age:604800\n\nmode: none\n")]
    public void A_policy_is_read(string text)
    {
        var policy = MtaStsPolicy.Read(text)!;
        Assert.Equal((MtaStsMode.Enforce, TimeSpan.FromDays(7)), (policy.Mode, policy.MaxAge));
        Assert.Equal(["mx.b.test"], policy.Mx);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("mode: enforce\nmx: mx.b.test\nmax_age: 1")]
    [InlineData("version: STSv2\nmode: enforce\nmx: mx.b.test\nmax_age: 1")]
    [InlineData("version: STSv1\nmode: strict\nmx: mx.b.test\nmax_age: 1")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 1")]
    [InlineData("version: STSv1\nmode: enforce\nmx: mx.b.test")]
    [InlineData("version: STSv1\nmode: enforce\nmx: mx.b.test\nmax_age: -1")]
    public void Anything_else_is_no_policy(string text) => Assert.Null(MtaStsPolicy.Read(text));

    [Fact]
    public void A_policy_lives_a_year_at_most() =>
        Assert.Equal(TimeSpan.FromSeconds(31_557_600), MtaStsPolicy.Read("version: STSv1\nmode: none\nmax_age: 99999999999")!.MaxAge);

    [Theory]
    [InlineData("mx.b.test", "mx.b.test", true)]
    [InlineData("mx.b.test", "MX.B.test", true)]
    [InlineData("mx.b.test", "mx2.b.test", false)]
    [InlineData("*.b.test", "mx.b.test", true)]
    [InlineData("*.b.test", "b.test", false)]
    [InlineData("*.b.test", "a.mx.b.test", false)]
    [InlineData("*.b.test", "mx.bb.test", false)]
    public void A_star_is_one_label(string pattern, string host, bool isCovered) =>
        Assert.Equal(isCovered, new MtaStsPolicy(MtaStsMode.Enforce, [pattern], TimeSpan.FromDays(1)).Covers(host));

    [Theory]
    [InlineData("20160831085700Z", "v=STSv1; id=20160831085700Z;")]
    [InlineData("1", "v=spf1 -all", "v=STSv1;id=1")]
    [InlineData(null)]
    [InlineData(null, "v=spf1 -all")]
    [InlineData(null, "v=STSv1;")]
    [InlineData(null, "v=STSv1; id=not-a-word;")]
    [InlineData(null, "v=STSv1; id=1;", "v=STSv1; id=2;")]
    public void The_id_is_in_the_one_record(string? id, params string[] texts) => Assert.Equal(id, MtaStsPolicy.IdIn(texts));
}

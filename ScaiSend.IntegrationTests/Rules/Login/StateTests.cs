using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ScaiSend.Api.Login;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Rules.Login;

/// <summary>What counts as a login that was begun.</summary>
public sealed class StateTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly IOptions<SecretOptions> _secrets = Options.Create(new SecretOptions { Key = Convert.ToBase64String(new byte[32]) });

    [Fact]
    public void A_state_comes_back_as_it_was_made_and_shows_nothing()
    {
        var states = new LoginStates(_secrets, _clock);
        var (text, state) = states.New("shop", "ada@example.org");

        Assert.Equal(state, states.Read(text));
        Assert.True(Base64Url.IsValid(text));
        Assert.DoesNotContain("ada", Encoding.Latin1.GetString(Base64Url.DecodeFromChars(text)), StringComparison.Ordinal);
        Assert.NotEqual(text, states.New("shop", "ada@example.org").Text);
    }

    [Fact]
    public void It_ends_after_ten_minutes()
    {
        var states = new LoginStates(_secrets, _clock);
        var text = states.New(null, null).Text;

        _clock.Advance(LoginStates.Lasts - TimeSpan.FromSeconds(1));
        Assert.NotNull(states.Read(text));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(states.Read(text));
    }

    [Fact]
    public void One_that_was_changed_anywhere_is_none()
    {
        var states = new LoginStates(_secrets, _clock);
        var bytes = Base64Url.DecodeFromChars(states.New(null, null).Text);

        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.Null(states.Read(Base64Url.EncodeToString(bytes)));
            bytes[i] ^= 1;
        }
        Assert.NotNull(states.Read(Base64Url.EncodeToString(bytes)));
    }

    [Fact]
    public void What_was_sealed_for_something_else_is_none()
    {
        var states = new LoginStates(_secrets, _clock);
        var state = JsonSerializer.SerializeToUtf8Bytes(new LoginState(Pkce.NewVerifier(), null, null, _clock.GetUtcNow().AddMinutes(5)));

        Assert.Null(states.Read(Base64Url.EncodeToString(new SecretBox(_secrets).Seal(state))));
        Assert.Null(states.Read(Base64Url.EncodeToString(SecretBox.For(_secrets, "another purpose").Seal(state))));
        Assert.NotNull(states.Read(Base64Url.EncodeToString(SecretBox.For(_secrets, "scaisend login state 1").Seal(state))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("no base64!")]
    [InlineData("AQ")]
    public void Other_texts_are_none(string? text) => Assert.Null(new LoginStates(_secrets, _clock).Read(text));

    [Fact]
    public void A_long_text_is_none() => Assert.Null(new LoginStates(_secrets, _clock).Read(new string('A', LoginStates.MaxLength + 1)));

    // RFC 7636, appendix B.
    [Fact]
    public void The_challenge_is_the_standards() =>
        Assert.Equal("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Pkce.ChallengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
}

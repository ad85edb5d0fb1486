using System.Runtime.CompilerServices;
using ScaiSend.Api.MailSend;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

/// <summary>Requests as SendGrid's documentation and its clients make them; the OpenAPI examples are Twilio's, under the MIT licence.</summary>
public sealed class RealRequestTests
{
    [Theory]
    [InlineData("sendgrid-openapi-no-template.json", 2, 6)]
    [InlineData("sendgrid-swagger.json", 2, 6)]
    public void A_documented_request_is_accepted(string file, int personalizations, int recipients)
    {
        var outcome = Parse(file);

        Assert.Empty(outcome.Errors);
        Assert.Equal(personalizations, outcome.Mail!.Personalizations.Count);
        Assert.Equal(
            recipients,
            outcome.Mail.Personalizations.Sum(it =>
                it.Personalization.To.Count + it.Personalization.Cc.Count + it.Personalization.Bcc.Count
            )
        );
        Assert.Single(outcome.Mail.Blobs);
        Assert.NotNull(outcome.Mail.SettingsJson);
    }

    [Fact]
    public void A_documented_request_with_a_template_keeps_its_data()
    {
        var mail = Parse("sendgrid-openapi-dynamic-template.json").Mail!;

        Assert.Equal("d-123abc456def789hij0klm123nop456qrs789tuv0xyz", mail.TemplateId);
        Assert.Equal("Hello, Alex", mail.Personalizations[0].Personalization.DynamicTemplateData!.Value.GetProperty("subject").GetString());
    }

    private static ParseOutcome Parse(string file) =>
        MailSendRequest.Parse(File.ReadAllBytes(Path.Combine(Folder(), "Requests", file)), Requests.Now);

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

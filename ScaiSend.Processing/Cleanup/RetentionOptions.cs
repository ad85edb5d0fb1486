namespace ScaiSend.Processing.Cleanup;

/// <summary>How long what is over is kept, where a tenant has set nothing of its own. Section <c>Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>Content, attachments and template data, from the end of the request's last email on.</summary>
    public TimeSpan Bodies { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Messages with their emails, attempts and events, from the end of the message's last email on.</summary>
    public TimeSpan Events { get; set; } = TimeSpan.FromDays(90);

    /// <summary>What webhooks were told, and what they answered.</summary>
    public TimeSpan Deliveries { get; set; } = TimeSpan.FromDays(30);

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        foreach (var (name, age) in new[] { (nameof(Bodies), Bodies), (nameof(Events), Events), (nameof(Deliveries), Deliveries) })
            if (age < TimeSpan.FromHours(1) || age > TimeSpan.FromDays(3650))
                yield return $"Retention:{name} is '{age}'; allowed is 01:00:00 to 3650.00:00:00";
    }
}

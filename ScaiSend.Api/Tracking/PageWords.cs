namespace ScaiSend.Api.Tracking;

/// <summary>The words of the unsubscribe page in one language. <c>{0}</c> is what the sentence is about.</summary>
internal sealed record PageWords
{
    public required string Language { get; init; }
    public required string Title { get; init; }

    /// <summary>{0}: the address, {1}: the sender.</summary>
    public required string About { get; init; }
    public required string Groups { get; init; }
    public required string Subscribed { get; init; }
    public required string Unsubscribed { get; init; }
    public required string LeaveGroup { get; init; }
    public required string JoinGroup { get; init; }
    public required string All { get; init; }
    public required string AllMeans { get; init; }
    public required string LeaveAll { get; init; }
    public required string IsOffAll { get; init; }
    public required string BackMeans { get; init; }
    public required string DoneAll { get; init; }
    public required string DoneLeave { get; init; }
    public required string DoneJoin { get; init; }
    public required string AlreadyAll { get; init; }
    public required string AlreadyLeft { get; init; }
    public required string AlreadyJoined { get; init; }
    public required string BadLinkTitle { get; init; }
    public required string BadLink { get; init; }
    public required string BadFormTitle { get; init; }
    public required string BadForm { get; init; }
    public required string LaterTitle { get; init; }
    public required string Later { get; init; }

    /// <summary>The words of one of <see cref="PageLanguage.All"/>.</summary>
    public static PageWords In(string language) =>
        language switch
        {
            "nl" => Dutch,
            "de" => German,
            _ => English,
        };

    private static PageWords English { get; } =
        new()
        {
            Language = "en",
            Title = "Email preferences",
            About = "For {0}, about email from {1}.",
            Groups = "Kinds of email",
            Subscribed = "You receive these emails.",
            Unsubscribed = "You do not receive these emails.",
            LeaveGroup = "Unsubscribe from {0}",
            JoinGroup = "Receive {0} again",
            All = "All email",
            AllMeans = "You will then get no more email from this sender, of any kind.",
            LeaveAll = "Unsubscribe from everything",
            IsOffAll = "You are unsubscribed from all email of this sender.",
            BackMeans = "If you want their email again, ask the sender.",
            DoneAll = "Done. You are unsubscribed from all email of this sender.",
            DoneLeave = "Done. You are unsubscribed from {0}.",
            DoneJoin = "Done. You will receive {0} again.",
            AlreadyAll = "You were unsubscribed from all email of this sender already.",
            AlreadyLeft = "You were unsubscribed from {0} already.",
            AlreadyJoined = "You receive {0} already.",
            BadLinkTitle = "This link does not work",
            BadLink = "It is incomplete or not from us. Open the link in the email again, or copy all of it.",
            BadFormTitle = "That did not work",
            BadForm = "We could not tell what you want. Go back and try again.",
            LaterTitle = "Please try again later",
            Later = "Your choice could not be saved right now. Nothing was changed; please come back in a few minutes.",
        };

    private static PageWords Dutch { get; } =
        new()
        {
            Language = "nl",
            Title = "E-mailvoorkeuren",
            About = "Voor {0}, over e-mail van {1}.",
            Groups = "Soorten e-mail",
            Subscribed = "U ontvangt deze e-mails.",
            Unsubscribed = "U ontvangt deze e-mails niet.",
            LeaveGroup = "Afmelden voor {0}",
            JoinGroup = "{0} weer ontvangen",
            All = "Alle e-mail",
            AllMeans = "U krijgt dan geen enkele e-mail meer van deze afzender.",
            LeaveAll = "Voor alles afmelden",
            IsOffAll = "U bent afgemeld voor alle e-mail van deze afzender.",
            BackMeans = "Wilt u weer e-mail ontvangen, vraag het dan aan de afzender.",
            DoneAll = "Gelukt. U bent afgemeld voor alle e-mail van deze afzender.",
            DoneLeave = "Gelukt. U bent afgemeld voor {0}.",
            DoneJoin = "Gelukt. U ontvangt {0} weer.",
            AlreadyAll = "U was al afgemeld voor alle e-mail van deze afzender.",
            AlreadyLeft = "U was al afgemeld voor {0}.",
            AlreadyJoined = "U ontvangt {0} al.",
            BadLinkTitle = "Deze link werkt niet",
            BadLink = "De link is onvolledig of niet van ons. Open de link in de e-mail opnieuw, of kopieer hem helemaal.",
            BadFormTitle = "Dat is niet gelukt",
            BadForm = "Wij konden niet zien wat u wilt. Ga terug en probeer het opnieuw.",
            LaterTitle = "Probeer het later opnieuw",
            Later = "Uw keuze kon nu niet worden opgeslagen. Er is niets veranderd; kom over een paar minuten terug.",
        };

    private static PageWords German { get; } =
        new()
        {
            Language = "de",
            Title = "E-Mail-Einstellungen",
            About = "Für {0}, zu E-Mails von {1}.",
            Groups = "Arten von E-Mails",
            Subscribed = "Sie erhalten diese E-Mails.",
            Unsubscribed = "Sie erhalten diese E-Mails nicht.",
            LeaveGroup = "{0} abbestellen",
            JoinGroup = "{0} wieder erhalten",
            All = "Alle E-Mails",
            AllMeans = "Sie erhalten dann keinerlei E-Mails mehr von diesem Absender.",
            LeaveAll = "Alles abbestellen",
            IsOffAll = "Sie haben alle E-Mails dieses Absenders abbestellt.",
            BackMeans = "Möchten Sie wieder E-Mails erhalten, wenden Sie sich bitte an den Absender.",
            DoneAll = "Erledigt. Sie haben alle E-Mails dieses Absenders abbestellt.",
            DoneLeave = "Erledigt. Sie haben {0} abbestellt.",
            DoneJoin = "Erledigt. Sie erhalten {0} wieder.",
            AlreadyAll = "Sie hatten alle E-Mails dieses Absenders bereits abbestellt.",
            AlreadyLeft = "Sie hatten {0} bereits abbestellt.",
            AlreadyJoined = "Sie erhalten {0} bereits.",
            BadLinkTitle = "Dieser Link funktioniert nicht",
            BadLink = "Er ist unvollständig oder nicht von uns. Öffnen Sie den Link in der E-Mail erneut, oder kopieren Sie ihn ganz.",
            BadFormTitle = "Das hat nicht geklappt",
            BadForm = "Wir konnten nicht erkennen, was Sie möchten. Gehen Sie zurück und versuchen Sie es erneut.",
            LaterTitle = "Bitte versuchen Sie es später erneut",
            Later =
                "Ihre Wahl konnte gerade nicht gespeichert werden. Es wurde nichts geändert; bitte kommen Sie in einigen Minuten wieder.",
        };
}

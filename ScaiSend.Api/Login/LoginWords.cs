namespace ScaiSend.Api.Login;

/// <summary>The words of the login page and of the page that finishes a login, in one language. <c>{0}</c> is what the sentence is about.</summary>
internal sealed record LoginWords
{
    public required string Language { get; init; }
    public required string Title { get; init; }
    public required string Intro { get; init; }
    public required string Email { get; init; }
    public required string Password { get; init; }
    public required string LogIn { get; init; }

    /// <summary>Begins the title of a page that something is wrong on.</summary>
    public required string Error { get; init; }
    public required string Missing { get; init; }
    public required string Wrong { get; init; }

    /// <summary>{0}: minutes.</summary>
    public required string TooMany { get; init; }
    public required string TooManyRequests { get; init; }
    public required string Deactivated { get; init; }
    public required string Suspended { get; init; }
    public required string NotYourTenant { get; init; }
    public required string SeveralTenants { get; init; }
    public required string NoTenant { get; init; }
    public required string NoLoginTitle { get; init; }
    public required string NoLogin { get; init; }
    public required string Expired { get; init; }
    public required string Elsewhere { get; init; }
    public required string Begin { get; init; }
    public required string BadForm { get; init; }
    public required string LaterTitle { get; init; }
    public required string Later { get; init; }

    /// <summary>The words of one of <see cref="Tracking.PageLanguage.All"/>.</summary>
    public static LoginWords In(string language) =>
        language switch
        {
            "nl" => Dutch,
            "de" => German,
            _ => English,
        };

    /// <summary>What to say to one who may not come in.</summary>
    public string Of(Obstacle obstacle) =>
        obstacle switch
        {
            Obstacle.Deactivated => Deactivated,
            Obstacle.TenantSuspended => Suspended,
            Obstacle.NotHisTenant => NotYourTenant,
            Obstacle.SeveralTenants => SeveralTenants,
            Obstacle.NoTenant => NoTenant,
            _ => throw new ArgumentOutOfRangeException(nameof(obstacle)),
        };

    private static LoginWords English { get; } =
        new()
        {
            Language = "en",
            Title = "Log in",
            Intro = "Use the account that your administrator has made for you.",
            Email = "Email address",
            Password = "Password",
            LogIn = "Log in",
            Error = "Error",
            Missing = "Enter your email address and your password.",
            Wrong = "The email address or the password is wrong. Check both and try again.",
            TooMany = "There were too many wrong passwords for this address. Wait {0} minutes, then try again.",
            TooManyRequests = "There were too many requests from your network. Wait a minute, then try again.",
            Deactivated = "This account is deactivated. Ask your administrator to activate it.",
            Suspended = "Your organisation is suspended, so nobody of it can log in. Ask your administrator.",
            NotYourTenant =
                "You have no role in the organisation that you want to log in to. Choose another one, or ask its administrator for a role.",
            SeveralTenants = "You have roles in several organisations. Begin again and say which one you want to log in to.",
            NoTenant = "You have no role in any organisation yet. Ask your administrator for one.",
            NoLoginTitle = "No login was begun",
            NoLogin = "This page is one step of a login, and needs its beginning.",
            Expired = "This login was begun more than 10 minutes ago, or its address is incomplete. Begin again.",
            Elsewhere = "You log in with ScaiKey here, not on this page. Begin again, and you come to its page.",
            Begin = "Begin to log in",
            BadForm = "We could not read what you sent. Enter your email address and your password again.",
            LaterTitle = "Try again later",
            Later = "Nobody can log in right now. Please come back in a few minutes.",
        };

    private static LoginWords Dutch { get; } =
        new()
        {
            Language = "nl",
            Title = "Inloggen",
            Intro = "Gebruik het account dat uw beheerder voor u heeft gemaakt.",
            Email = "E-mailadres",
            Password = "Wachtwoord",
            LogIn = "Inloggen",
            Error = "Fout",
            Missing = "Vul uw e-mailadres en uw wachtwoord in.",
            Wrong = "Het e-mailadres of het wachtwoord klopt niet. Controleer beide en probeer het opnieuw.",
            TooMany = "Er zijn te veel verkeerde wachtwoorden voor dit adres ingevuld. Wacht {0} minuten en probeer het dan opnieuw.",
            TooManyRequests = "Er komen te veel verzoeken van uw netwerk. Wacht een minuut en probeer het dan opnieuw.",
            Deactivated = "Dit account is uitgeschakeld. Vraag uw beheerder om het weer in te schakelen.",
            Suspended = "Uw organisatie is geblokkeerd, dus niemand ervan kan inloggen. Vraag het uw beheerder.",
            NotYourTenant =
                "U hebt geen rol in de organisatie waarbij u wilt inloggen. Kies een andere, of vraag de beheerder ervan om een rol.",
            SeveralTenants = "U hebt rollen in meerdere organisaties. Begin opnieuw en geef aan bij welke u wilt inloggen.",
            NoTenant = "U hebt nog in geen enkele organisatie een rol. Vraag uw beheerder erom.",
            NoLoginTitle = "Er is geen login begonnen",
            NoLogin = "Deze pagina is één stap van het inloggen, en het begin ontbreekt.",
            Expired = "Deze login is meer dan 10 minuten geleden begonnen, of het adres is onvolledig. Begin opnieuw.",
            Elsewhere = "U logt hier in met ScaiKey, niet op deze pagina. Begin opnieuw, dan komt u op de pagina van ScaiKey.",
            Begin = "Begin met inloggen",
            BadForm = "Wij konden niet lezen wat u hebt verstuurd. Vul uw e-mailadres en uw wachtwoord opnieuw in.",
            LaterTitle = "Probeer het later opnieuw",
            Later = "Inloggen kan nu even niet. Kom over een paar minuten terug.",
        };

    private static LoginWords German { get; } =
        new()
        {
            Language = "de",
            Title = "Anmelden",
            Intro = "Verwenden Sie das Konto, das Ihre Administration für Sie angelegt hat.",
            Email = "E-Mail-Adresse",
            Password = "Passwort",
            LogIn = "Anmelden",
            Error = "Fehler",
            Missing = "Geben Sie Ihre E-Mail-Adresse und Ihr Passwort ein.",
            Wrong = "Die E-Mail-Adresse oder das Passwort ist falsch. Prüfen Sie beides und versuchen Sie es erneut.",
            TooMany =
                "Für diese Adresse wurden zu viele falsche Passwörter eingegeben. Warten Sie {0} Minuten und versuchen Sie es dann erneut.",
            TooManyRequests = "Aus Ihrem Netz kommen zu viele Anfragen. Warten Sie eine Minute und versuchen Sie es dann erneut.",
            Deactivated = "Dieses Konto ist deaktiviert. Bitten Sie Ihre Administration, es zu aktivieren.",
            Suspended = "Ihre Organisation ist gesperrt, deshalb kann sich niemand aus ihr anmelden. Fragen Sie Ihre Administration.",
            NotYourTenant =
                "Sie haben keine Rolle in der Organisation, bei der Sie sich anmelden möchten. Wählen Sie eine andere, oder bitten Sie deren Administration um eine Rolle.",
            SeveralTenants =
                "Sie haben Rollen in mehreren Organisationen. Beginnen Sie neu und geben Sie an, bei welcher Sie sich anmelden möchten.",
            NoTenant = "Sie haben noch in keiner Organisation eine Rolle. Bitten Sie Ihre Administration darum.",
            NoLoginTitle = "Es wurde keine Anmeldung begonnen",
            NoLogin = "Diese Seite ist ein Schritt einer Anmeldung, und deren Anfang fehlt.",
            Expired = "Diese Anmeldung wurde vor mehr als 10 Minuten begonnen, oder ihre Adresse ist unvollständig. Beginnen Sie neu.",
            Elsewhere =
                "Hier melden Sie sich mit ScaiKey an, nicht auf dieser Seite. Beginnen Sie neu, dann kommen Sie auf die Seite von ScaiKey.",
            Begin = "Anmeldung beginnen",
            BadForm = "Wir konnten nicht lesen, was Sie gesendet haben. Geben Sie Ihre E-Mail-Adresse und Ihr Passwort erneut ein.",
            LaterTitle = "Bitte versuchen Sie es später erneut",
            Later = "Im Moment kann sich niemand anmelden. Bitte kommen Sie in ein paar Minuten wieder.",
        };
}

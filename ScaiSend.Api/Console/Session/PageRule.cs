using Microsoft.AspNetCore.Builder;
using ScaiSend.Api.Admin;

namespace ScaiSend.Api.Console.Session;

/// <summary>
/// What a page asks of who looks at it; read by the <see cref="ConsoleDoor"/>, by the menu, and by the tests of access. A page without one is public.
/// The scopes are those of the API's endpoints about the same things.
/// </summary>
/// <param name="AnyOfScopes">He must have one of them; anybody who is signed in when empty. Staff needs none.</param>
/// <param name="IsAboutTenant">There must be a tenant to look at: his own, or the one that staff has chosen.</param>
/// <param name="AlsoPartners">A partner's administrator, without a scope.</param>
/// <param name="IsForStaff">Staff and nobody else.</param>
public sealed record PageRule(IReadOnlyList<string> AnyOfScopes, bool IsAboutTenant, bool AlsoPartners, bool IsForStaff)
{
    /// <summary>Whether somebody may see the page, as soon as he has chosen a tenant where one is needed.</summary>
    public bool Allows(Administrator who) =>
        who.IsStaff
        || !IsForStaff
            && (who.TenantId is not null || !IsAboutTenant)
            && (AnyOfScopes.Count == 0 || AnyOfScopes.Any(who.Scopes.Contains) || AlsoPartners && who.PartnerId is not null);
}

/// <summary>A line of the menu: whoever may see the page sees it.</summary>
public sealed record MenuEntry(string Title, MenuPart Part, int Order);

/// <summary>The parts of the menu, in their order.</summary>
public enum MenuPart
{
    Mail,
    Reports,
    Settings,
    People,
    Operations,
}

/// <summary>Gives pages their rule and their place in the menu.</summary>
public static class PageRules
{
    /// <summary>For a tenant's people who have one of the scopes, and for staff who has chosen the tenant.</summary>
    public static RouteHandlerBuilder PageOfTenant(this RouteHandlerBuilder page, params string[] anyOfScopes) =>
        page.WithMetadata(new PageRule(anyOfScopes, IsAboutTenant: true, AlsoPartners: false, IsForStaff: false));

    /// <summary>For those who administer: with the scope in their tenant, staff, and partners' administrators where they may.</summary>
    public static RouteHandlerBuilder PageForAdministrators(this RouteHandlerBuilder page, string scope, bool alsoPartners = false) =>
        page.WithMetadata(new PageRule([scope], IsAboutTenant: false, alsoPartners, IsForStaff: false));

    /// <summary>For staff.</summary>
    public static RouteHandlerBuilder PageForStaff(this RouteHandlerBuilder page) =>
        page.WithMetadata(new PageRule([], IsAboutTenant: false, AlsoPartners: false, IsForStaff: true));

    /// <summary>For everybody who is signed in.</summary>
    public static RouteHandlerBuilder PageForAll(this RouteHandlerBuilder page) =>
        page.WithMetadata(new PageRule([], IsAboutTenant: false, AlsoPartners: false, IsForStaff: false));

    /// <summary>Puts the page into the menu.</summary>
    public static RouteHandlerBuilder InMenu(this RouteHandlerBuilder page, string title, MenuPart part, int order = 0) =>
        page.WithMetadata(new MenuEntry(title, part, order));
}

namespace ScaiSend.Cli.Roles;

/// <summary>What a process does. Any number of processes may have a role, and a process several.</summary>
[Flags]
public enum Role
{
    None = 0,

    /// <summary>Takes HTTP requests.</summary>
    Serve = 1,

    /// <summary>Renders, and wakes what is due.</summary>
    Worker = 2,

    /// <summary>Delivers by SMTP.</summary>
    Smtp = 4,
}

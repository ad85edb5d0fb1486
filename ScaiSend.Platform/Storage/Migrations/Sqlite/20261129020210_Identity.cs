using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScaiSend.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Identity : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "deleted_at",
                table: "tenants",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "external_id",
                table: "tenants",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "partner_id",
                table: "tenants",
                type: "binary(16)",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "settings",
                table: "tenants",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "mail_send_per_second",
                table: "tenant_settings",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "messages_per_second",
                table: "tenant_settings",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "others_per_second",
                table: "tenant_settings",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "allows_subdomains",
                table: "sender_domains",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "broken_since",
                table: "sender_domains",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "checked_at",
                table: "sender_domains",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "checks",
                table: "sender_domains",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "dmarc_policy",
                table: "sender_domains",
                type: "TEXT",
                maxLength: 16,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "dmarc_reports",
                table: "sender_domains",
                type: "TEXT",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_trusted",
                table: "sender_domains",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "return_path_from",
                table: "sender_domains",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "wants_return_path",
                table: "sender_domains",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "retired_at",
                table: "dkim_keys",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "used_from",
                table: "dkim_keys",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "after",
                table: "audit_entries",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "before",
                table: "audit_entries",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "domain_events",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    domain_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    detail = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_domain_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "group_members",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    group_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    user_id = table.Column<byte[]>(type: "binary(16)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_group_members", x => new { x.tenant_id, x.group_id, x.user_id });
                });

            migrationBuilder.CreateTable(
                name: "group_roles",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    group_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    role_id = table.Column<byte[]>(type: "binary(16)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_group_roles", x => new { x.tenant_id, x.group_id, x.role_id });
                });

            migrationBuilder.CreateTable(
                name: "login_grants",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "binary(32)", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false),
                    user_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    family_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    challenge = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    expires_at = table.Column<long>(type: "bigint", nullable: false),
                    used_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_login_grants", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "nested_groups",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    parent_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    child_id = table.Column<byte[]>(type: "binary(16)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_nested_groups", x => new { x.tenant_id, x.parent_id, x.child_id });
                });

            migrationBuilder.CreateTable(
                name: "partners",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    slug = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_partners", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "processed_webhook_events",
                columns: table => new
                {
                    event_id = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    outcome = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    received_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_processed_webhook_events", x => x.event_id);
                });

            migrationBuilder.CreateTable(
                name: "roles",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    description = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    permissions = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    is_default = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_roles", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "scaikey_resources",
                columns: table => new
                {
                    type = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    external_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    state_at = table.Column<long>(type: "bigint", nullable: false),
                    is_deleted = table.Column<bool>(type: "INTEGER", nullable: false),
                    seen_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_scaikey_resources", x => new { x.type, x.external_id });
                });

            migrationBuilder.CreateTable(
                name: "sync_runs",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    stage = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    cursor = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    counts = table.Column<string>(type: "text", nullable: true),
                    finished_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sync_runs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "user_groups",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_groups", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "user_roles",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    user_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    role_id = table.Column<byte[]>(type: "binary(16)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_roles", x => new { x.tenant_id, x.user_id, x.role_id });
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    external_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    email = table.Column<string>(type: "TEXT", maxLength: 320, nullable: false),
                    login = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    first_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    last_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    display_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    home_tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: true),
                    partner_id = table.Column<byte[]>(type: "binary(16)", nullable: true),
                    rank = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    is_active = table.Column<bool>(type: "INTEGER", nullable: false),
                    password_hash = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_users", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_tenants_external_id",
                table: "tenants",
                column: "external_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_tenants_partner_id",
                table: "tenants",
                column: "partner_id");

            migrationBuilder.CreateIndex(
                name: "IX_sender_domains_checked_at",
                table: "sender_domains",
                column: "checked_at");

            migrationBuilder.CreateIndex(
                name: "IX_dkim_keys_retired_at",
                table: "dkim_keys",
                column: "retired_at");

            migrationBuilder.CreateIndex(
                name: "IX_audit_entries_tenant_id_id",
                table: "audit_entries",
                columns: new[] { "tenant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_domain_events_tenant_id_domain_id_id",
                table: "domain_events",
                columns: new[] { "tenant_id", "domain_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_group_members_user_id",
                table: "group_members",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_group_roles_tenant_id_role_id",
                table: "group_roles",
                columns: new[] { "tenant_id", "role_id" });

            migrationBuilder.CreateIndex(
                name: "IX_login_grants_expires_at",
                table: "login_grants",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "IX_login_grants_family_id",
                table: "login_grants",
                column: "family_id");

            migrationBuilder.CreateIndex(
                name: "IX_login_grants_user_id",
                table: "login_grants",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_partners_external_id",
                table: "partners",
                column: "external_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_partners_slug",
                table: "partners",
                column: "slug",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_processed_webhook_events_received_at",
                table: "processed_webhook_events",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "IX_roles_tenant_id_name",
                table: "roles",
                columns: new[] { "tenant_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_user_groups_external_id",
                table: "user_groups",
                column: "external_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_user_groups_tenant_id_name",
                table: "user_groups",
                columns: new[] { "tenant_id", "name" });

            migrationBuilder.CreateIndex(
                name: "IX_user_roles_tenant_id_role_id",
                table: "user_roles",
                columns: new[] { "tenant_id", "role_id" });

            migrationBuilder.CreateIndex(
                name: "IX_user_roles_user_id",
                table: "user_roles",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "IX_users_external_id",
                table: "users",
                column: "external_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_users_home_tenant_id",
                table: "users",
                column: "home_tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_users_login",
                table: "users",
                column: "login",
                unique: true);

            // What is there was set up by whoever runs the installation, and DNS was never asked.
            migrationBuilder.Sql("UPDATE sender_domains SET is_trusted=1, dmarc_policy='none'");
            migrationBuilder.Sql("UPDATE dkim_keys SET used_from=created_at");
            // The roles that every tenant begins with, as they were when this was written.
            migrationBuilder.Sql(
                "INSERT INTO roles (id,tenant_id,name,permissions,is_default,created_at) SELECT randomblob(16),id,'admin','mail.send mail.schedule mail.cancel templates.read templates.write templates.delete suppressions.read suppressions.write stats.read stats.export webhooks.read webhooks.write domains.read domains.write admin.api_keys admin.users admin.settings',1,CAST(strftime('%s','now') AS INTEGER)*1000 FROM tenants"
            );
            migrationBuilder.Sql(
                "INSERT INTO roles (id,tenant_id,name,permissions,is_default,created_at) SELECT randomblob(16),id,'developer','mail.send mail.schedule templates.read stats.read webhooks.read',1,CAST(strftime('%s','now') AS INTEGER)*1000 FROM tenants"
            );
            migrationBuilder.Sql(
                "INSERT INTO roles (id,tenant_id,name,permissions,is_default,created_at) SELECT randomblob(16),id,'viewer','templates.read suppressions.read stats.read webhooks.read domains.read',1,CAST(strftime('%s','now') AS INTEGER)*1000 FROM tenants"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "domain_events");

            migrationBuilder.DropTable(
                name: "group_members");

            migrationBuilder.DropTable(
                name: "group_roles");

            migrationBuilder.DropTable(
                name: "login_grants");

            migrationBuilder.DropTable(
                name: "nested_groups");

            migrationBuilder.DropTable(
                name: "partners");

            migrationBuilder.DropTable(
                name: "processed_webhook_events");

            migrationBuilder.DropTable(
                name: "roles");

            migrationBuilder.DropTable(
                name: "scaikey_resources");

            migrationBuilder.DropTable(
                name: "sync_runs");

            migrationBuilder.DropTable(
                name: "user_groups");

            migrationBuilder.DropTable(
                name: "user_roles");

            migrationBuilder.DropTable(
                name: "users");

            migrationBuilder.DropIndex(
                name: "IX_tenants_external_id",
                table: "tenants");

            migrationBuilder.DropIndex(
                name: "IX_tenants_partner_id",
                table: "tenants");

            migrationBuilder.DropIndex(
                name: "IX_sender_domains_checked_at",
                table: "sender_domains");

            migrationBuilder.DropIndex(
                name: "IX_dkim_keys_retired_at",
                table: "dkim_keys");

            migrationBuilder.DropIndex(
                name: "IX_audit_entries_tenant_id_id",
                table: "audit_entries");

            migrationBuilder.DropColumn(
                name: "deleted_at",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "external_id",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "partner_id",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "settings",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "mail_send_per_second",
                table: "tenant_settings");

            migrationBuilder.DropColumn(
                name: "messages_per_second",
                table: "tenant_settings");

            migrationBuilder.DropColumn(
                name: "others_per_second",
                table: "tenant_settings");

            migrationBuilder.DropColumn(
                name: "allows_subdomains",
                table: "sender_domains");

            migrationBuilder.DropColumn(
                name: "broken_since",
                table: "sender_domains");

            migrationBuilder.DropColumn(
                name: "checked_at",
                table: "sender_domains");

            migrationBuilder.DropColumn(
                name: "checks",
                table: "sender_domains");

            migrationBuilder.DropColumn(
                name: "dmarc_policy",
                table: "sender_domains");

            migrationBuilder.DropColumn(
                name: "dmarc_reports",
                table: "sender_domains");

            migrationBuilder.DropColumn(
                name: "is_trusted",
                table: "sender_domains");

            migrationBuilder.DropColumn(
                name: "return_path_from",
                table: "sender_domains");

            migrationBuilder.DropColumn(
                name: "wants_return_path",
                table: "sender_domains");

            migrationBuilder.DropColumn(
                name: "retired_at",
                table: "dkim_keys");

            migrationBuilder.DropColumn(
                name: "used_from",
                table: "dkim_keys");

            migrationBuilder.DropColumn(
                name: "after",
                table: "audit_entries");

            migrationBuilder.DropColumn(
                name: "before",
                table: "audit_entries");
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScaiSend.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    prefix = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    hash = table.Column<byte[]>(type: "binary(32)", nullable: false),
                    is_test = table.Column<bool>(type: "INTEGER", nullable: false),
                    scopes = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: true),
                    revoked_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "attempts",
                columns: table => new
                {
                    email_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    duration_ms = table.Column<int>(type: "INTEGER", nullable: false),
                    mx_host = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    mx_address = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    tls = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    reply_code = table.Column<int>(type: "INTEGER", nullable: true),
                    enhanced_status_code = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    reply = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    outcome = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => new { x.email_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "contents",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    body = table.Column<byte[]>(type: "blob", nullable: true),
                    blob_key = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_contents", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dkim_keys",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    domain = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    selector = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    algorithm = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    sealed_private_key = table.Column<byte[]>(type: "BLOB", maxLength: 4096, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dkim_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "emails",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    message_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    recipient = table.Column<string>(type: "TEXT", maxLength: 320, nullable: false),
                    state = table.Column<byte>(type: "INTEGER", nullable: false),
                    lane = table.Column<byte>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    deadline_at = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    attempt_started_at = table.Column<long>(type: "bigint", nullable: true),
                    mail_key = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    last_reply = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    events = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_emails", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    email_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    data = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_events", x => new { x.email_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "messages",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    content_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    from_email = table.Column<string>(type: "TEXT", maxLength: 320, nullable: false),
                    from_name = table.Column<string>(type: "TEXT", maxLength: 998, nullable: true),
                    subject = table.Column<string>(type: "text", nullable: false),
                    to_emails = table.Column<string>(type: "text", nullable: false),
                    categories = table.Column<string>(type: "text", nullable: false),
                    personalization = table.Column<byte[]>(type: "blob", nullable: false),
                    batch_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    is_sandbox = table.Column<bool>(type: "INTEGER", nullable: false),
                    settings = table.Column<string>(type: "text", nullable: true),
                    send_at = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_messages", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sender_domains",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    is_active = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    verified_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sender_domains", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tenants",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    slug = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    suspended_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tenants", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_hash",
                table: "api_keys",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_dkim_keys_tenant_id_domain",
                table: "dkim_keys",
                columns: new[] { "tenant_id", "domain" });

            migrationBuilder.CreateIndex(
                name: "IX_emails_message_id",
                table: "emails",
                column: "message_id");

            migrationBuilder.CreateIndex(
                name: "IX_emails_tenant_id_lane_due_at",
                table: "emails",
                columns: new[] { "tenant_id", "lane", "due_at" });

            migrationBuilder.CreateIndex(
                name: "IX_emails_tenant_id_recipient_message_id",
                table: "emails",
                columns: new[] { "tenant_id", "recipient", "message_id" });

            migrationBuilder.CreateIndex(
                name: "IX_emails_tenant_id_state_message_id",
                table: "emails",
                columns: new[] { "tenant_id", "state", "message_id" });

            migrationBuilder.CreateIndex(
                name: "IX_messages_tenant_id_id",
                table: "messages",
                columns: new[] { "tenant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_sender_domains_tenant_id_name",
                table: "sender_domains",
                columns: new[] { "tenant_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_tenants_slug",
                table: "tenants",
                column: "slug",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_keys");

            migrationBuilder.DropTable(
                name: "attempts");

            migrationBuilder.DropTable(
                name: "contents");

            migrationBuilder.DropTable(
                name: "dkim_keys");

            migrationBuilder.DropTable(
                name: "emails");

            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "messages");

            migrationBuilder.DropTable(
                name: "sender_domains");

            migrationBuilder.DropTable(
                name: "tenants");
        }
    }
}

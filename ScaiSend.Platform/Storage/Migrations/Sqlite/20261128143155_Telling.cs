using System.Linq;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScaiSend.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Telling : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "lane",
                table: "events",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "position",
                table: "events",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "flags",
                table: "events",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            // The row of an email says when it was accepted.
            migrationBuilder.Sql("DELETE FROM events WHERE type = 'queued'");
            // What is there already gets lane 0, in the order of time.
            migrationBuilder.Sql(
                "UPDATE events SET position = o.place FROM (SELECT email_id, number, ROW_NUMBER() OVER (ORDER BY at, email_id, number) AS place FROM events) o WHERE o.email_id = events.email_id AND o.number = events.number"
            );

            migrationBuilder.DropPrimaryKey(
                name: "PK_events",
                table: "events");

            migrationBuilder.AddPrimaryKey(
                name: "PK_events",
                table: "events",
                columns: new[] { "lane", "position" });

            migrationBuilder.AddColumn<string>(
                name: "tracking",
                table: "template_versions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "custom_args",
                table: "messages",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "marks",
                table: "emails",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "event_lanes",
                columns: table => new
                {
                    lane = table.Column<int>(type: "INTEGER", nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false),
                    claimed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_event_lanes", x => x.lane);
                });

            migrationBuilder.Sql("INSERT INTO event_lanes (lane, position, claimed_at) SELECT 0, COALESCE(MAX(position), 0), 0 FROM events");
            migrationBuilder.Sql(
                $"INSERT INTO event_lanes (lane, position, claimed_at) VALUES {string.Join(',', Enumerable.Range(1, 32).Select(lane => $"({lane},0,0)"))}"
            );

            migrationBuilder.CreateTable(
                name: "tenant_settings",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tracking = table.Column<string>(type: "text", nullable: true),
                    time_zone = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    keep_bodies_days = table.Column<int>(type: "INTEGER", nullable: true),
                    keep_events_days = table.Column<int>(type: "INTEGER", nullable: true),
                    keep_deliveries_days = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tenant_settings", x => x.tenant_id);
                });

            migrationBuilder.CreateTable(
                name: "webhook_deliveries",
                columns: table => new
                {
                    endpoint_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    lane = table.Column<int>(type: "INTEGER", nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    post_id = table.Column<byte[]>(type: "binary(16)", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_deliveries", x => new { x.endpoint_id, x.lane, x.position });
                });

            migrationBuilder.CreateTable(
                name: "webhook_endpoints",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    url = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: false),
                    events = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    friendly_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    is_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    sealed_secret = table.Column<byte[]>(type: "BLOB", maxLength: 512, nullable: true),
                    sealed_previous_secret = table.Column<byte[]>(type: "BLOB", maxLength: 512, nullable: true),
                    previous_secret_until = table.Column<long>(type: "bigint", nullable: true),
                    o_auth_client_id = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    sealed_o_auth_secret = table.Column<byte[]>(type: "BLOB", maxLength: 2048, nullable: true),
                    o_auth_token_url = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    last_success_at = table.Column<long>(type: "bigint", nullable: true),
                    last_failure_at = table.Column<long>(type: "bigint", nullable: true),
                    failure_count = table.Column<int>(type: "INTEGER", nullable: false),
                    disabled_at = table.Column<long>(type: "bigint", nullable: true),
                    leased_by = table.Column<byte[]>(type: "binary(16)", nullable: true),
                    leased_until = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_endpoints", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "webhook_posts",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    endpoint_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    duration_ms = table.Column<int>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    answer = table.Column<byte[]>(type: "BLOB", maxLength: 1024, nullable: true),
                    events = table.Column<int>(type: "INTEGER", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    is_test = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_posts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "webhook_revisions",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_revisions", x => x.id);
                });

            migrationBuilder.Sql("INSERT INTO webhook_revisions (id, revision) VALUES (1, 0)");

            migrationBuilder.CreateIndex(
                name: "IX_events_email_id_number",
                table: "events",
                columns: new[] { "email_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_events_tenant_id_lane_position",
                table: "events",
                columns: new[] { "tenant_id", "lane", "position" });

            migrationBuilder.CreateIndex(
                name: "IX_webhook_deliveries_state_endpoint_id_due_at",
                table: "webhook_deliveries",
                columns: new[] { "state", "endpoint_id", "due_at" });

            migrationBuilder.CreateIndex(
                name: "IX_webhook_endpoints_tenant_id_kind",
                table: "webhook_endpoints",
                columns: new[] { "tenant_id", "kind" });

            migrationBuilder.CreateIndex(
                name: "IX_webhook_posts_endpoint_id_id",
                table: "webhook_posts",
                columns: new[] { "endpoint_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "event_lanes");

            migrationBuilder.DropTable(
                name: "tenant_settings");

            migrationBuilder.DropTable(
                name: "webhook_deliveries");

            migrationBuilder.DropTable(
                name: "webhook_endpoints");

            migrationBuilder.DropTable(
                name: "webhook_posts");

            migrationBuilder.DropTable(
                name: "webhook_revisions");

            migrationBuilder.DropPrimaryKey(
                name: "PK_events",
                table: "events");

            migrationBuilder.DropIndex(
                name: "IX_events_email_id_number",
                table: "events");

            migrationBuilder.DropIndex(
                name: "IX_events_tenant_id_lane_position",
                table: "events");

            migrationBuilder.DropColumn(
                name: "tracking",
                table: "template_versions");

            migrationBuilder.DropColumn(
                name: "custom_args",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "lane",
                table: "events");

            migrationBuilder.DropColumn(
                name: "position",
                table: "events");

            migrationBuilder.DropColumn(
                name: "flags",
                table: "events");

            migrationBuilder.DropColumn(
                name: "marks",
                table: "emails");

            migrationBuilder.AddPrimaryKey(
                name: "PK_events",
                table: "events",
                columns: new[] { "email_id", "number" });
        }
    }
}

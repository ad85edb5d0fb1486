using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScaiSend.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class SendersApi : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "template_id",
                table: "messages",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "last_used_at",
                table: "api_keys",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "idempotency_records",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    key_hash = table.Column<byte[]>(type: "binary(32)", nullable: false),
                    request_hash = table.Column<byte[]>(type: "binary(32)", nullable: false),
                    message_ids = table.Column<byte[]>(type: "BLOB", maxLength: 16000, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency_records", x => new { x.tenant_id, x.key_hash });
                });

            migrationBuilder.CreateTable(
                name: "images",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    file_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    original_file_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    content_type = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    width = table.Column<int>(type: "INTEGER", nullable: false),
                    height = table.Column<int>(type: "INTEGER", nullable: false),
                    alt_text = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    folder = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    hash = table.Column<byte[]>(type: "binary(32)", nullable: false),
                    blob_key = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    thumbnail_key = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    thumbnail_type = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_images", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "mail_batches",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    batch_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<byte>(type: "INTEGER", nullable: true),
                    changed_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mail_batches", x => new { x.tenant_id, x.batch_id });
                });

            migrationBuilder.CreateTable(
                name: "template_versions",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    template_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    preheader = table.Column<string>(type: "text", nullable: true),
                    html_content = table.Column<string>(type: "text", nullable: false),
                    plain_content = table.Column<string>(type: "text", nullable: false),
                    generates_plain_content = table.Column<bool>(type: "INTEGER", nullable: false),
                    editor = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    test_data = table.Column<string>(type: "text", nullable: true),
                    is_active = table.Column<bool>(type: "INTEGER", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_template_versions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "templates",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    is_dynamic = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_templates", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_messages_tenant_id_batch_id",
                table: "messages",
                columns: new[] { "tenant_id", "batch_id" });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_tenant_id",
                table: "api_keys",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_idempotency_records_created_at",
                table: "idempotency_records",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_images_tenant_id_id",
                table: "images",
                columns: new[] { "tenant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_mail_batches_changed_at",
                table: "mail_batches",
                column: "changed_at");

            migrationBuilder.CreateIndex(
                name: "IX_mail_batches_created_at",
                table: "mail_batches",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_template_versions_tenant_id_template_id",
                table: "template_versions",
                columns: new[] { "tenant_id", "template_id" });

            migrationBuilder.CreateIndex(
                name: "IX_templates_tenant_id_name",
                table: "templates",
                columns: new[] { "tenant_id", "name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "idempotency_records");

            migrationBuilder.DropTable(
                name: "images");

            migrationBuilder.DropTable(
                name: "mail_batches");

            migrationBuilder.DropTable(
                name: "template_versions");

            migrationBuilder.DropTable(
                name: "templates");

            migrationBuilder.DropIndex(
                name: "IX_messages_tenant_id_batch_id",
                table: "messages");

            migrationBuilder.DropIndex(
                name: "IX_api_keys_tenant_id",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "template_id",
                table: "messages");

            migrationBuilder.DropColumn(
                name: "last_used_at",
                table: "api_keys");
        }
    }
}

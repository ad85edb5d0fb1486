using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScaiSend.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Erasure : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "body_deleted_at",
                table: "messages",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "erase_jobs",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    finished_at = table.Column<long>(type: "bigint", nullable: true),
                    sealed_addresses = table.Column<byte[]>(type: "blob", nullable: true),
                    address_keys = table.Column<byte[]>(type: "blob", nullable: false),
                    walked_to = table.Column<byte[]>(type: "binary(16)", nullable: true),
                    counts = table.Column<string>(type: "text", nullable: false),
                    waiting = table.Column<int>(type: "INTEGER", nullable: false),
                    remaining = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_erase_jobs", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_messages_content_id",
                table: "messages",
                column: "content_id");

            migrationBuilder.CreateIndex(
                name: "IX_contents_tenant_id_id",
                table: "contents",
                columns: new[] { "tenant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_erase_jobs_due_at",
                table: "erase_jobs",
                column: "due_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "erase_jobs");

            migrationBuilder.DropIndex(
                name: "IX_messages_content_id",
                table: "messages");

            migrationBuilder.DropIndex(
                name: "IX_contents_tenant_id_id",
                table: "contents");

            migrationBuilder.DropColumn(
                name: "body_deleted_at",
                table: "messages");
        }
    }
}

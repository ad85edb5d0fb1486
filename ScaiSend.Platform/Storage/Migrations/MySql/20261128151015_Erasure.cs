using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScaiSend.Platform.Storage.Migrations.MySql
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
                    sealed_addresses = table.Column<byte[]>(type: "mediumblob", nullable: true),
                    address_keys = table.Column<byte[]>(type: "mediumblob", nullable: false),
                    walked_to = table.Column<byte[]>(type: "binary(16)", nullable: true),
                    counts = table.Column<string>(type: "text", nullable: false)
                        .Annotation("MySql:CharSet", "utf8mb4"),
                    waiting = table.Column<int>(type: "int", nullable: false),
                    remaining = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_erase_jobs", x => x.id);
                })
                .Annotation("MySql:CharSet", "utf8mb4");

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

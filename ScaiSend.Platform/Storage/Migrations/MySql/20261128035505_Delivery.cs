using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScaiSend.Platform.Storage.Migrations.MySql
{
    /// <inheritdoc />
    public partial class Delivery : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "starts_at",
                table: "emails",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "certificate",
                table: "attempts",
                type: "varchar(255)",
                maxLength: 255,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<string>(
                name: "provider",
                table: "attempts",
                type: "varchar(100)",
                maxLength: 100,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<string>(
                name: "rule",
                table: "attempts",
                type: "varchar(100)",
                maxLength: 100,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<string>(
                name: "source",
                table: "attempts",
                type: "varchar(45)",
                maxLength: 45,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<string>(
                name: "step",
                table: "attempts",
                type: "varchar(16)",
                maxLength: 16,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<string>(
                name: "tls_policy",
                table: "attempts",
                type: "varchar(100)",
                maxLength: 100,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.CreateTable(
                name: "suppressions",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    address_key = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    list = table.Column<byte>(type: "tinyint unsigned", nullable: false),
                    group_id = table.Column<int>(type: "int", nullable: false),
                    address = table.Column<string>(type: "varchar(320)", maxLength: 320, nullable: false)
                        .Annotation("MySql:CharSet", "utf8mb4"),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "varchar(1000)", maxLength: 1000, nullable: true)
                        .Annotation("MySql:CharSet", "utf8mb4"),
                    bounce_type = table.Column<byte>(type: "tinyint unsigned", nullable: true),
                    status = table.Column<string>(type: "varchar(16)", maxLength: 16, nullable: true)
                        .Annotation("MySql:CharSet", "utf8mb4"),
                    source = table.Column<string>(type: "varchar(255)", maxLength: 255, nullable: true)
                        .Annotation("MySql:CharSet", "utf8mb4"),
                    email_id = table.Column<byte[]>(type: "binary(16)", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_suppressions", x => new { x.tenant_id, x.address_key, x.list, x.group_id });
                })
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.CreateIndex(
                name: "IX_suppressions_tenant_id_list_group_id_created_at",
                table: "suppressions",
                columns: new[] { "tenant_id", "list", "group_id", "created_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "suppressions");

            migrationBuilder.DropColumn(
                name: "starts_at",
                table: "emails");

            migrationBuilder.DropColumn(
                name: "certificate",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "provider",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "rule",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "source",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "step",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "tls_policy",
                table: "attempts");
        }
    }
}

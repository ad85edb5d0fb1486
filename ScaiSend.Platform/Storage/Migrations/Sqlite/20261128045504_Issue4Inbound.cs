using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScaiSend.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Issue4Inbound : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "inbound_reports",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    email_id = table.Column<byte[]>(type: "binary(16)", nullable: true),
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: true),
                    kind = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    state = table.Column<byte>(type: "INTEGER", nullable: false),
                    received_at = table.Column<long>(type: "bigint", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: true),
                    tries = table.Column<int>(type: "INTEGER", nullable: false),
                    remote_address = table.Column<string>(type: "TEXT", maxLength: 45, nullable: false),
                    recipient = table.Column<string>(type: "TEXT", maxLength: 320, nullable: false),
                    raw = table.Column<byte[]>(type: "blob", nullable: false),
                    summary = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_inbound_reports", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_inbound_reports_email_id",
                table: "inbound_reports",
                column: "email_id");

            migrationBuilder.CreateIndex(
                name: "IX_inbound_reports_received_at",
                table: "inbound_reports",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "IX_inbound_reports_state_due_at",
                table: "inbound_reports",
                columns: new[] { "state", "due_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "inbound_reports");
        }
    }
}

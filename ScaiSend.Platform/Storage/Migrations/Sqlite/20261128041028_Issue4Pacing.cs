using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScaiSend.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Issue4Pacing : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "suspensions",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    provider = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    source = table.Column<string>(type: "TEXT", maxLength: 45, nullable: true),
                    cause = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    rule = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    ends_at = table.Column<long>(type: "bigint", nullable: false),
                    lifted_at = table.Column<long>(type: "bigint", nullable: true),
                    lifted_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_suspensions", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_suspensions_ends_at",
                table: "suspensions",
                column: "ends_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "suspensions");
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScaiSend.Platform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Stats : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "daily_stats",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    dimension = table.Column<byte>(type: "INTEGER", nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<byte[]>(type: "BLOB", maxLength: 255, nullable: false),
                    requests = table.Column<long>(type: "INTEGER", nullable: false),
                    processed = table.Column<long>(type: "INTEGER", nullable: false),
                    delivered = table.Column<long>(type: "INTEGER", nullable: false),
                    deferred = table.Column<long>(type: "INTEGER", nullable: false),
                    bounces = table.Column<long>(type: "INTEGER", nullable: false),
                    blocks = table.Column<long>(type: "INTEGER", nullable: false),
                    drops = table.Column<long>(type: "INTEGER", nullable: false),
                    bounce_drops = table.Column<long>(type: "INTEGER", nullable: false),
                    spam_report_drops = table.Column<long>(type: "INTEGER", nullable: false),
                    unsubscribe_drops = table.Column<long>(type: "INTEGER", nullable: false),
                    invalid_emails = table.Column<long>(type: "INTEGER", nullable: false),
                    spam_reports = table.Column<long>(type: "INTEGER", nullable: false),
                    unsubscribes = table.Column<long>(type: "INTEGER", nullable: false),
                    opens = table.Column<long>(type: "INTEGER", nullable: false),
                    unique_opens = table.Column<long>(type: "INTEGER", nullable: false),
                    clicks = table.Column<long>(type: "INTEGER", nullable: false),
                    unique_clicks = table.Column<long>(type: "INTEGER", nullable: false),
                    machine_opens = table.Column<long>(type: "INTEGER", nullable: false),
                    unique_machine_opens = table.Column<long>(type: "INTEGER", nullable: false),
                    machine_clicks = table.Column<long>(type: "INTEGER", nullable: false),
                    unique_machine_clicks = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_daily_stats", x => new { x.tenant_id, x.dimension, x.day, x.name });
                });

            migrationBuilder.CreateTable(
                name: "stats_counted_days",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "binary(16)", nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    events = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stats_counted_days", x => new { x.tenant_id, x.day });
                });

            migrationBuilder.CreateTable(
                name: "stats_positions",
                columns: table => new
                {
                    lane = table.Column<int>(type: "INTEGER", nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stats_positions", x => x.lane);
                });

            migrationBuilder.CreateIndex(
                name: "IX_daily_stats_tenant_id_dimension_name_day",
                table: "daily_stats",
                columns: new[] { "tenant_id", "dimension", "name", "day" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "daily_stats");

            migrationBuilder.DropTable(
                name: "stats_counted_days");

            migrationBuilder.DropTable(
                name: "stats_positions");
        }
    }
}

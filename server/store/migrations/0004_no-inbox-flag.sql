DROP INDEX "runs_with_inbox";--> statement-breakpoint
ALTER TABLE "runs" DROP COLUMN "inbox_pending";
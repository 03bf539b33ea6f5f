ALTER TABLE "connections" ADD COLUMN "next_check_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "check_failures" integer DEFAULT 0 NOT NULL;
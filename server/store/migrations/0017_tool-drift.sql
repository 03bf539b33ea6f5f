ALTER TABLE "connection_tools" ADD COLUMN "approved_description" json;--> statement-breakpoint
UPDATE "connection_tools" SET "approved_description" = "description" WHERE "hash" = "approved_hash";

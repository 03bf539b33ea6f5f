ALTER TABLE "documents" ADD COLUMN "last_number" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "comments_by_author" ON "comments" USING btree ("document_id","created_by");--> statement-breakpoint
UPDATE "documents" SET "last_number" = greatest(
	coalesce((SELECT max("number") FROM "document_updates" WHERE "document_id" = "documents"."id"), 0),
	coalesce((SELECT max("number") FROM "document_snapshots" WHERE "document_id" = "documents"."id"), 0));

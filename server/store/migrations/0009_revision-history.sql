ALTER TABLE "document_snapshots" ADD COLUMN "authors" json;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "name" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "published_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "authors" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
UPDATE "revisions" SET "published_at" = "revisions"."created_at" FROM "documents" WHERE "documents"."id" = "revisions"."document_id" AND "documents"."published_revision" = "revisions"."number";

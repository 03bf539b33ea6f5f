CREATE TABLE "form_submissions" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"form_id" text NOT NULL,
	"key" text NOT NULL,
	"digest" text NOT NULL,
	"summary" text NOT NULL,
	"sent_by" text,
	"run_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "forms" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"document_id" text NOT NULL,
	"token" text NOT NULL,
	"is_open" boolean NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"audience" text NOT NULL,
	"per_hour" integer NOT NULL,
	"daily_budget" numeric(12, 2),
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "embeddings" (
	"workspace_id" text NOT NULL,
	"embedder" text NOT NULL,
	"hash" text NOT NULL,
	"vector" "bytea" NOT NULL,
	"used_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "embeddings_workspace_id_embedder_hash_pk" PRIMARY KEY("workspace_id","embedder","hash")
);
--> statement-breakpoint
CREATE TABLE "knowledge_chunks" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"collection_id" text NOT NULL,
	"document_id" text NOT NULL,
	"generation" integer NOT NULL,
	"position" integer NOT NULL,
	"page" integer,
	"headings" text[] NOT NULL,
	"start" integer NOT NULL,
	"end" integer NOT NULL,
	"text" text NOT NULL,
	"tokens" integer NOT NULL,
	"disabled" boolean DEFAULT false NOT NULL,
	"edited" boolean DEFAULT false NOT NULL,
	"search" "tsvector" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "knowledge_collections" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"language" text NOT NULL,
	"chunking" json NOT NULL,
	"embedder" json NOT NULL,
	"reranker" json,
	"dimension" integer,
	"embedded_by" text,
	"is_indexed" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "knowledge_documents" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"collection_id" text NOT NULL,
	"title" text NOT NULL,
	"source" json NOT NULL,
	"tags" text[] DEFAULT '{}'::text[] NOT NULL,
	"state" text NOT NULL,
	"error" text,
	"job" text,
	"generation" integer DEFAULT 0 NOT NULL,
	"next_generation" integer DEFAULT 0 NOT NULL,
	"chunks" integer DEFAULT 0 NOT NULL,
	"characters" integer DEFAULT 0 NOT NULL,
	"pages" integer,
	"embedded_by" text,
	"content" text,
	"key" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"indexed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "knowledge_rules" (
	"workspace_id" text NOT NULL,
	"collection_id" text NOT NULL,
	"subject" text NOT NULL,
	"allowed" boolean NOT NULL,
	"most_chunks" integer,
	"least_relevance" real,
	CONSTRAINT "knowledge_rules_collection_id_subject_pk" PRIMARY KEY("collection_id","subject")
);
--> statement-breakpoint
CREATE TABLE "knowledge_terms" (
	"workspace_id" text NOT NULL,
	"collection_id" text NOT NULL,
	"lexeme" text NOT NULL,
	"chunks" integer NOT NULL,
	CONSTRAINT "knowledge_terms_collection_id_lexeme_pk" PRIMARY KEY("collection_id","lexeme")
);
--> statement-breakpoint
DROP INDEX "jobs_dedupe_key";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "title" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "subject" text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "form_submissions_key" ON "form_submissions" USING btree ("form_id","key");--> statement-breakpoint
CREATE INDEX "form_submissions_newest" ON "form_submissions" USING btree ("form_id","created_at" DESC NULLS FIRST,"id");--> statement-breakpoint
CREATE UNIQUE INDEX "forms_of_document" ON "forms" USING btree ("document_id");--> statement-breakpoint
CREATE UNIQUE INDEX "forms_token" ON "forms" USING btree ("token");--> statement-breakpoint
CREATE INDEX "embeddings_by_use" ON "embeddings" USING btree ("used_at");--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_chunks_in_order" ON "knowledge_chunks" USING btree ("document_id","generation","position");--> statement-breakpoint
CREATE INDEX "knowledge_chunks_by_collection" ON "knowledge_chunks" USING btree ("collection_id");--> statement-breakpoint
CREATE INDEX "knowledge_chunks_by_words" ON "knowledge_chunks" USING gin ("search");--> statement-breakpoint
CREATE INDEX "knowledge_collections_by_name" ON "knowledge_collections" USING btree ("workspace_id","name","id");--> statement-breakpoint
CREATE INDEX "knowledge_documents_list" ON "knowledge_documents" USING btree ("collection_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "knowledge_documents_of_workspace" ON "knowledge_documents" USING btree ("workspace_id");--> statement-breakpoint
CREATE UNIQUE INDEX "knowledge_documents_key" ON "knowledge_documents" USING btree ("collection_id","key");--> statement-breakpoint
CREATE INDEX "jobs_by_subject" ON "jobs" USING btree ("subject") WHERE state IN ('queued', 'running');--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_dedupe_key" ON "jobs" USING btree ("workspace_id","kind","dedupe_key");
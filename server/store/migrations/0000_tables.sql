CREATE TABLE "blobs" (
	"workspace_id" text NOT NULL,
	"hash" text NOT NULL,
	"bytes" bigint NOT NULL,
	"media_type" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "blobs_workspace_id_hash_pk" PRIMARY KEY("workspace_id","hash")
);
--> statement-breakpoint
CREATE TABLE "connection_tools" (
	"connection_id" text NOT NULL,
	"name" text NOT NULL,
	"workspace_id" text NOT NULL,
	"description" json NOT NULL,
	"hash" text NOT NULL,
	"approved_hash" text,
	"quarantined" boolean DEFAULT false NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "connection_tools_connection_id_name_pk" PRIMARY KEY("connection_id","name")
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"settings" json NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"state" text NOT NULL,
	"state_detail" json,
	"archived_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "document_snapshots" (
	"document_id" text NOT NULL,
	"number" bigint NOT NULL,
	"workspace_id" text NOT NULL,
	"state" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "document_snapshots_document_id_number_pk" PRIMARY KEY("document_id","number")
);
--> statement-breakpoint
CREATE TABLE "document_updates" (
	"document_id" text NOT NULL,
	"number" bigint NOT NULL,
	"workspace_id" text NOT NULL,
	"update" "bytea" NOT NULL,
	"actor" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "document_updates_document_id_number_pk" PRIMARY KEY("document_id","number")
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"published_revision" integer,
	"archived_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"document_id" text NOT NULL,
	"number" integer NOT NULL,
	"workspace_id" text NOT NULL,
	"content" text NOT NULL,
	"hash" text NOT NULL,
	"reference_values" json NOT NULL,
	"message" text DEFAULT '' NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "revisions_document_id_number_pk" PRIMARY KEY("document_id","number")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"input" json,
	"progress" json,
	"result" json,
	"failure" json,
	"dedupe_key" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"run_after" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"lease_owner" text,
	"lease_epoch" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "run_events" (
	"run_id" text NOT NULL,
	"seq" integer NOT NULL,
	"workspace_id" text NOT NULL,
	"type" text NOT NULL,
	"event" json NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "run_events_run_id_seq_pk" PRIMARY KEY("run_id","seq")
);
--> statement-breakpoint
CREATE TABLE "run_inbox" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"run_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"message" json NOT NULL,
	"actor" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"dedupe_key" text
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"graph_id" text NOT NULL,
	"revision" integer NOT NULL,
	"state" text NOT NULL,
	"input" json,
	"output" json,
	"failure" json,
	"plan" text NOT NULL,
	"actor" text NOT NULL,
	"parent_run" text,
	"idempotency_key" text,
	"options" json,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"last_seq" integer DEFAULT 0 NOT NULL,
	"cost" numeric(20, 10) DEFAULT 0 NOT NULL,
	"held_reason" text,
	"lease_owner" text,
	"lease_epoch" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"wake_at" timestamp (3) with time zone,
	"inbox_pending" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"key" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"value" json
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "connections_list" ON "connections" USING btree ("workspace_id","kind","name") WHERE archived_at is null;--> statement-breakpoint
CREATE INDEX "documents_list" ON "documents" USING btree ("workspace_id","kind","updated_at" DESC NULLS FIRST,"id") WHERE archived_at is null;--> statement-breakpoint
CREATE INDEX "revisions_by_hash" ON "revisions" USING btree ("document_id","hash");--> statement-breakpoint
CREATE INDEX "jobs_to_claim" ON "jobs" USING btree ("run_after","id") WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX "jobs_to_reclaim" ON "jobs" USING btree ("lease_until") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "jobs_list" ON "jobs" USING btree ("workspace_id","state","created_at" DESC NULLS FIRST,"id");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_dedupe_key" ON "jobs" USING btree ("kind","dedupe_key");--> statement-breakpoint
CREATE INDEX "run_inbox_of_run" ON "run_inbox" USING btree ("run_id");--> statement-breakpoint
CREATE UNIQUE INDEX "run_inbox_dedupe_key" ON "run_inbox" USING btree ("run_id","dedupe_key");--> statement-breakpoint
CREATE INDEX "runs_of_graph" ON "runs" USING btree ("workspace_id","graph_id","created_at" DESC NULLS FIRST,"id");--> statement-breakpoint
CREATE INDEX "runs_by_state" ON "runs" USING btree ("workspace_id","state","created_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "runs_of_parent" ON "runs" USING btree ("parent_run") WHERE parent_run is not null;--> statement-breakpoint
CREATE INDEX "runs_to_wake" ON "runs" USING btree ("wake_at") WHERE state not in ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out');--> statement-breakpoint
CREATE INDEX "runs_to_lease" ON "runs" USING btree ("lease_until") WHERE state not in ('succeeded', 'failed', 'cancelled', 'killed', 'timed-out');--> statement-breakpoint
CREATE INDEX "runs_with_inbox" ON "runs" USING btree ("id") WHERE inbox_pending;--> statement-breakpoint
CREATE UNIQUE INDEX "runs_idempotency_key" ON "runs" USING btree ("workspace_id","graph_id","idempotency_key") WHERE idempotency_key is not null;
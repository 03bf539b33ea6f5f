CREATE TABLE "hooks" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"graph_id" text NOT NULL,
	"node_id" text NOT NULL,
	"token" text NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	"listening_until" timestamp (3) with time zone,
	"listening_by" text,
	"last_call" json
);
--> statement-breakpoint
CREATE TABLE "node_runs" (
	"run_id" text NOT NULL,
	"node_key" text NOT NULL,
	"workspace_id" text NOT NULL,
	"node_id" text NOT NULL,
	"type" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"failure" text,
	CONSTRAINT "node_runs_run_id_node_key_pk" PRIMARY KEY("run_id","node_key")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"workspace_id" text NOT NULL,
	"hash" text NOT NULL,
	"plan" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "plans_workspace_id_hash_pk" PRIMARY KEY("workspace_id","hash")
);
--> statement-breakpoint
CREATE TABLE "result_cache" (
	"workspace_id" text NOT NULL,
	"key" text NOT NULL,
	"run_id" text NOT NULL,
	"node_id" text NOT NULL,
	"outputs" json NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"used_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "result_cache_workspace_id_key_pk" PRIMARY KEY("workspace_id","key")
);
--> statement-breakpoint
CREATE TABLE "run_snapshots" (
	"run_id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"seq" integer NOT NULL,
	"state" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "variable_changes" (
	"workspace_id" text NOT NULL,
	"key" text NOT NULL,
	"value" json,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "variable_changes_workspace_id_key_pk" PRIMARY KEY("workspace_id","key")
);
--> statement-breakpoint
CREATE TABLE "variables" (
	"workspace_id" text NOT NULL,
	"scope" text DEFAULT '' NOT NULL,
	"name" text NOT NULL,
	"value" json,
	"description" text DEFAULT '' NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "variables_workspace_id_scope_name_pk" PRIMARY KEY("workspace_id","scope","name")
);
--> statement-breakpoint
DROP INDEX "run_events_that_ask";--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "purpose" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "worker" text;--> statement-breakpoint
CREATE UNIQUE INDEX "hooks_token" ON "hooks" USING btree ("token");--> statement-breakpoint
CREATE UNIQUE INDEX "hooks_of_node" ON "hooks" USING btree ("graph_id","node_id");--> statement-breakpoint
CREATE INDEX "hooks_of_graph" ON "hooks" USING btree ("workspace_id","graph_id");--> statement-breakpoint
CREATE INDEX "result_cache_by_use" ON "result_cache" USING btree ("workspace_id","used_at");--> statement-breakpoint
CREATE INDEX "variable_changes_by_time" ON "variable_changes" USING btree ("at");--> statement-breakpoint
CREATE INDEX "run_events_that_ask" ON "run_events" USING btree ("run_id","seq") WHERE type in ('node-uncertain', 'node-waiting');--> statement-breakpoint
INSERT INTO "plans" ("workspace_id", "hash", "plan") SELECT "workspace_id", encode(sha256(convert_to("plan", 'UTF8')), 'hex'), "plan" FROM "runs" ON CONFLICT DO NOTHING;--> statement-breakpoint
UPDATE "runs" SET "plan" = encode(sha256(convert_to("plan", 'UTF8')), 'hex');

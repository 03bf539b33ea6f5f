CREATE TABLE "comfy_workflow_versions" (
	"workflow_id" text NOT NULL,
	"number" integer NOT NULL,
	"workspace_id" text NOT NULL,
	"content" json NOT NULL,
	"missing" json NOT NULL,
	"warnings" json NOT NULL,
	"hash" text NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "comfy_workflow_versions_workflow_id_number_pk" PRIMARY KEY("workflow_id","number")
);
--> statement-breakpoint
CREATE TABLE "comfy_workflows" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"category" text NOT NULL,
	"tags" text[] NOT NULL,
	"cover" text,
	"version" integer NOT NULL,
	"nodes" integer NOT NULL,
	"inputs" integer NOT NULL,
	"outputs" integer NOT NULL,
	"is_incomplete" boolean NOT NULL,
	"archived_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "comfy_workflows_list" ON "comfy_workflows" USING btree ("workspace_id","name","id") WHERE archived_at is null;
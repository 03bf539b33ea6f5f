CREATE TABLE "tool_calls" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"tool" text NOT NULL,
	"run_id" text,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"milliseconds" integer NOT NULL,
	"ok" boolean NOT NULL,
	"code" text
);
--> statement-breakpoint
CREATE TABLE "tool_rules" (
	"workspace_id" text NOT NULL,
	"subject" text NOT NULL,
	"connection_id" text NOT NULL,
	"tool" text NOT NULL,
	"rule" text NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tool_rules_workspace_id_subject_connection_id_tool_pk" PRIMARY KEY("workspace_id","subject","connection_id","tool")
);
--> statement-breakpoint
CREATE INDEX "tool_calls_of_connection" ON "tool_calls" USING btree ("connection_id","at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "tool_calls_by_age" ON "tool_calls" USING btree ("at");
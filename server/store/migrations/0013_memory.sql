CREATE TABLE "memory_messages" (
	"workspace_id" text NOT NULL,
	"thread_id" text NOT NULL,
	"position" integer NOT NULL,
	"message" json,
	"added" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "memory_messages_thread_id_position_pk" PRIMARY KEY("thread_id","position")
);
--> statement-breakpoint
CREATE TABLE "memory_threads" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"graph_id" text NOT NULL,
	"run" text DEFAULT '' NOT NULL,
	"node" text DEFAULT '' NOT NULL,
	"key" text NOT NULL,
	"summary" text DEFAULT '' NOT NULL,
	"summarised_to" integer DEFAULT 0 NOT NULL,
	"last_position" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "memory_messages_added" ON "memory_messages" USING btree ("thread_id","added");--> statement-breakpoint
CREATE UNIQUE INDEX "memory_threads_by_name" ON "memory_threads" USING btree ("workspace_id","graph_id","run","node","key");
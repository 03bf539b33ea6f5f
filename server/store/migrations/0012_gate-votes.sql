CREATE TABLE "gate_votes" (
	"run_id" text NOT NULL,
	"seq" integer NOT NULL,
	"user_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"decision" text NOT NULL,
	"edited" json,
	"digest" text NOT NULL,
	"note" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "gate_votes_run_id_seq_user_id_pk" PRIMARY KEY("run_id","seq","user_id")
);
--> statement-breakpoint
ALTER TABLE "inbox_items" ALTER COLUMN "thread_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "inbox_items" ALTER COLUMN "comment_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "inbox_items" ADD COLUMN "run_id" text;--> statement-breakpoint
ALTER TABLE "inbox_items" ADD COLUMN "seq" integer;--> statement-breakpoint
ALTER TABLE "inbox_items" ADD COLUMN "gate_title" text;--> statement-breakpoint
ALTER TABLE "inbox_items" ADD COLUMN "gate_node" text;--> statement-breakpoint
ALTER TABLE "inbox_items" ADD COLUMN "gate_label" text;--> statement-breakpoint
ALTER TABLE "inbox_items" ADD COLUMN "notice" integer;--> statement-breakpoint
CREATE UNIQUE INDEX "inbox_items_of_gate" ON "inbox_items" USING btree ("run_id","seq","notice","user_id") WHERE run_id is not null;
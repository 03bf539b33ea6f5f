CREATE TABLE "asset_origins" (
	"workspace_id" text NOT NULL,
	"hash" text NOT NULL,
	"type" text NOT NULL,
	"origin" text NOT NULL,
	"graph_id" text DEFAULT '' NOT NULL,
	"node_type" text DEFAULT '' NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "asset_origins_workspace_id_hash_type_origin_node_type_pk" PRIMARY KEY("workspace_id","hash","type","origin","node_type")
);
--> statement-breakpoint
CREATE TABLE "asset_uses" (
	"workspace_id" text NOT NULL,
	"hash" text NOT NULL,
	"holder" text NOT NULL,
	"holder_id" text NOT NULL,
	CONSTRAINT "asset_uses_workspace_id_hash_holder_holder_id_pk" PRIMARY KEY("workspace_id","hash","holder","holder_id")
);
--> statement-breakpoint
CREATE TABLE "assets" (
	"workspace_id" text NOT NULL,
	"hash" text NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"kind" text NOT NULL,
	"bytes" bigint NOT NULL,
	"width" integer,
	"height" integer,
	"is_kept" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "assets_workspace_id_hash_pk" PRIMARY KEY("workspace_id","hash")
);
--> statement-breakpoint
CREATE INDEX "asset_origins_by_graph" ON "asset_origins" USING btree ("workspace_id","graph_id","hash");--> statement-breakpoint
CREATE INDEX "asset_origins_by_run" ON "asset_origins" USING btree ("origin","hash");--> statement-breakpoint
CREATE INDEX "asset_uses_of_holder" ON "asset_uses" USING btree ("holder_id");--> statement-breakpoint
CREATE INDEX "assets_list" ON "assets" USING btree ("workspace_id","created_at" DESC NULLS FIRST,"hash" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "assets_by_sight" ON "assets" USING btree ("seen_at");
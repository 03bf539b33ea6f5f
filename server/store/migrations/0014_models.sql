CREATE TABLE "models" (
	"workspace_id" text NOT NULL,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"facts" json NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_by" text NOT NULL,
	CONSTRAINT "models_workspace_id_provider_model_pk" PRIMARY KEY("workspace_id","provider","model")
);

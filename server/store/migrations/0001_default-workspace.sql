INSERT INTO "workspaces" ("id", "name") VALUES ('workspace_default', 'Workspace') ON CONFLICT DO NOTHING;

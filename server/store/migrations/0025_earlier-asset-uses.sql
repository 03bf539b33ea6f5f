-- logs from before the uses of files were noted with them: what they refer to, and which large values are to be searched for more
INSERT INTO "asset_uses" ("workspace_id", "hash", "holder", "holder_id")
SELECT DISTINCT "workspace_id", found[1], 'run', "run_id"
FROM "run_events", regexp_matches("event"::text, '(?:"\$asset"|"type":"blob","hash"):"([0-9a-f]{64})"', 'g') AS found
WHERE strpos("event"::text, '"$asset":') > 0 OR strpos("event"::text, '"type":"blob"') > 0
ON CONFLICT DO NOTHING;--> statement-breakpoint
INSERT INTO "asset_uses" ("workspace_id", "hash", "holder", "holder_id")
SELECT DISTINCT "workspace_id", found[1], 'unread', 'unread'
FROM "run_events", regexp_matches("event"::text, '"type":"blob","hash":"([0-9a-f]{64})"', 'g') AS found
WHERE strpos("event"::text, '"type":"blob"') > 0
ON CONFLICT DO NOTHING;

DROP INDEX "jobs_dedupe_key";--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_dedupe_key" ON "jobs" USING btree ("workspace_id","kind","dedupe_key") WHERE state IN ('queued', 'running');
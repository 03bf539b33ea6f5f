import { appendGrowth } from "./append-growth.ts";
import { canvasBenchmarks } from "./canvas.ts";
import { diskFlush } from "./disk-flush.ts";
import { editors50 } from "./editors-50.ts";
import { embeddedDatabase } from "./embedded-database.ts";
import { eventAppend } from "./event-append.ts";
import { fanOut } from "./fan-out.ts";
import type { Benchmark } from "./figure.ts";
import { firstPage } from "./first-page.ts";
import { graphRead } from "./graph-read.ts";
import { ingest } from "./ingest.ts";
import { knowledgeRecall, knowledgeSearch } from "./knowledge-search.ts";
import { memoryIdle } from "./memory-idle.ts";
import { memoryWaitingRuns } from "./memory-waiting-runs.ts";
import { paletteSearch } from "./palette-search.ts";
import { pureChainPerNode } from "./pure-chain-per-node.ts";
import { recovery } from "./recovery.ts";
import { scheduleStep } from "./schedule-step.ts";
import { start } from "./start.ts";
import { strictChainPerNode } from "./strict-chain-per-node.ts";
import { uploadMemory } from "./upload-memory.ts";
import { webhooks } from "./webhook.ts";
import { yjsUpdate } from "./yjs-update.ts";

export const benchmarks: readonly Benchmark[] = [
  diskFlush,
  pureChainPerNode,
  strictChainPerNode,
  fanOut,
  ...webhooks,
  recovery,
  start,
  memoryIdle,
  appendGrowth,
  memoryWaitingRuns,
  uploadMemory,
  knowledgeSearch,
  knowledgeRecall,
  ingest,
  paletteSearch,
  eventAppend,
  scheduleStep,
  yjsUpdate,
  editors50,
  graphRead,
  embeddedDatabase,
  firstPage,
  ...canvasBenchmarks,
];

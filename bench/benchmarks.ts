import { embeddedDatabase } from "./embedded-database.ts";
import { eventAppend } from "./event-append.ts";
import { fanOut } from "./fan-out.ts";
import type { Benchmark } from "./figure.ts";
import { graphRead } from "./graph-read.ts";
import { pureChainPerNode } from "./pure-chain-per-node.ts";
import { scheduleStep } from "./schedule-step.ts";
import { yjsUpdate } from "./yjs-update.ts";

export const benchmarks: readonly Benchmark[] = [eventAppend, scheduleStep, pureChainPerNode, fanOut, yjsUpdate, graphRead, embeddedDatabase];

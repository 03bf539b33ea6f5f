import type { NodeExample } from "#runtime/node/define.ts";

const mail = { tool: "send_mail", arguments: { to: "ada@example.com", text: "Here are the minutes." } };
const wipe = { tool: "run_command", arguments: { command: "rm -rf /" } };
const wiped = [{ principle: "destruction", score: 0.05, reason: "It removes whole directories of the system." }];

export const safetyCheckExamples: NodeExample<Record<string, never>>[] = [
  { name: "lets a mail pass", config: {}, inputs: { action: mail }, outputs: { allowed: mail, report: { score: 1, verdict: "allowed", findings: [] } } },
  {
    name: "blocks a command that destroys",
    config: {},
    inputs: { action: wipe },
    outputs: {
      blocked: { action: wipe, score: 0.05, reasons: wiped.map(({ reason }) => reason) },
      report: { score: 0.05, verdict: "blocked", findings: wiped },
    },
  },
  { name: "asks a person about a deletion", config: {}, inputs: { action: { tool: "delete_page", arguments: { id: 7 } } }, waits: true },
  { name: "refuses what is no action", config: {}, inputs: { action: "rm" }, fails: "validation" },
];

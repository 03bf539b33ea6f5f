import { z } from "zod";
import { hint } from "#runtime/node/fields.ts";

export const HOOK_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;
export type HookMethod = (typeof HOOK_METHODS)[number];

const headerName = z.string().max(200);
/** Milliseconds a caller may be kept waiting for a run's output. */
const LONGEST_WAIT_MS = 60_000;

/** How the address of a node answers: the config of a node whose definition has the trigger `webhook`, as the server reads it. */
export const hookSettingsSchema = z.strictObject({
  methods: z
    .array(z.string().max(20))
    .max(20)
    .default(["POST"])
    .meta({ title: "Methods", description: `Which requests begin a run: ${HOOK_METHODS.join(", ")}.` }),
  respond: z
    .enum(["at-once", "when-finished"])
    .default("at-once")
    .meta({ title: "Answer", description: "`at-once`: 202 as soon as the run is recorded. `when-finished`: 200 with the run's output." }),
  timeoutMs: z
    .int()
    .min(100)
    .max(LONGEST_WAIT_MS)
    .default(30_000)
    .meta({ title: "Wait at most (ms)", description: "A run that takes longer goes on; its caller is answered 202." }),
  output: z
    .string()
    .max(100)
    .default("")
    .meta({ title: "Output", description: "Which of the run's outputs is the answer's body. Empty: all of them, by name." }),
  signature: hint(
    z
      .strictObject({
        on: z.boolean().default(false).meta({ title: "Only take signed calls" }),
        header: headerName.default("X-Hub-Signature-256").meta({ title: "Header", description: "Carries the HMAC of the body in hexadecimal digits." }),
        algorithm: z.enum(["sha256"]).default("sha256").meta({ title: "Algorithm" }),
        prefix: z.string().max(50).default("sha256=").meta({ title: "Prefix", description: "Stands before the digits." }),
      })
      .prefault({}),
    { advanced: true },
    { title: "Signature" },
  ),
  deduplicate: hint(
    z
      .strictObject({
        header: headerName.default("").meta({ title: "Header", description: "Holds a delivery's id, such as X-GitHub-Delivery. The same id begins one run." }),
      })
      .prefault({}),
    { advanced: true },
    { title: "De-duplicate" },
  ),
});
export type HookSettings = z.output<typeof hookSettingsSchema>;

/** The methods that begin a run; words that are no method are left out. */
export function hookMethods({ methods }: Pick<HookSettings, "methods">): HookMethod[] {
  const given = new Set(methods.map((method) => method.trim().toUpperCase()));
  return HOOK_METHODS.filter((method) => given.has(method));
}

/** Whether a header may be called so (RFC 9110, token). */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}
